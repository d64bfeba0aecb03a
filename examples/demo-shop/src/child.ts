import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** A process that the demo started, and the only kind of process that it ever ends. */
export interface Child {
  /** What its ready line said. */
  readonly url: string;
  /** Rejected when it ends before it is asked to. */
  readonly lost: Promise<never>;
  stop(): Promise<void>;
}

export interface ChildOptions {
  readonly name: string;
  readonly script: string;
  readonly args?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Where its stderr goes: logs do not belong between the lines of the story. */
  readonly logFile: string;
  /** The line of its stdout that says that it is ready; the first group is its address. */
  readonly readyLine: RegExp;
}

/** The slowest machine that should run a demo starts a Node server in this time. */
const READY_WITHIN_MS = 20_000;
/** A server flushes and closes its database; after this it is cut. */
const STOP_WITHIN_MS = 10_000;

export async function startChild(options: ChildOptions): Promise<Child> {
  const { name, script, args = [], env, logFile, readyLine } = options;
  const child = spawn(process.execPath, [script, ...args], { env, stdio: ['ignore', 'pipe', openSync(logFile, 'a')] });
  let stopping = false;
  const ended = once(child, 'exit');
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  const lost = ended.then(([code, signal]): Promise<never> => {
    process.off('exit', killAtExit);
    if (stopping) return new Promise(() => undefined);
    return Promise.reject(new Error(`The ${name} ended with ${code ?? signal}: ${lastLineOf(logFile)} (${logFile})`));
  });
  const { stdout } = child;
  if (stdout === null) throw new Error(`The ${name} was started without a pipe.`);
  const ready = new Promise<string>((resolve) => {
    createInterface({ input: stdout }).on('line', (line) => {
      const url = readyLine.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  return {
    url: await Promise.race([ready, lost, lateAfter(READY_WITHIN_MS, `The ${name} is not ready; see ${logFile}.`)]),
    lost,
    async stop() {
      stopping = true;
      child.kill('SIGTERM');
      const cut = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      await ended;
      clearTimeout(cut);
    },
  };
}

function lastLineOf(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) ?? '';
}

function lateAfter(delayMs: number, message: string): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(message)), delayMs).unref();
  });
}
