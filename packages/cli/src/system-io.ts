import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { withoutByteOrderMark } from '@tidegate/flag-file';
import type { CliIo, Output } from './io.ts';

export function systemIo(): CliIo {
  return {
    env: process.env,
    stdout: outputTo(process.stdout),
    stderr: outputTo(process.stderr),
    fetch: globalThis.fetch,
    readTextFile: async (path) => withoutByteOrderMark(await readFile(path, 'utf8')),
    writeTextFile: (path, text) => writeFile(path, text),
    get stdin() {
      return process.stdin.setEncoding('utf8');
    },
    nowMs: Date.now,
    sleep: (durationMs) => sleep(durationMs),
    timeoutSignal: (durationMs) => AbortSignal.timeout(durationMs),
  };
}

function outputTo(stream: NodeJS.WriteStream): Output {
  return {
    isTerminal: stream.isTTY === true,
    write: (text) => void stream.write(text),
    async drained() {
      if (stream.writableNeedDrain) await once(stream, 'drain');
    },
  };
}
