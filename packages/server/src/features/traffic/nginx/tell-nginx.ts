import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { NginxReload } from '../../../config.ts';
import { codeOf } from '../replace-file.ts';
import { failed, WRITTEN, type WriteOutcome } from '../traffic-adapter.ts';

/** The server's own environment has its secrets, which are none of a command's business. */
const ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };
/** A command that talks more than that says nothing new. */
const OUTPUT_LENGTH_MAX = 300;

/** Has nginx read its files again, in the way that the configuration says: by a command without a shell, or by SIGHUP. */
export async function tellNginx(reload: NginxReload, signal: AbortSignal): Promise<WriteOutcome> {
  if ('pidFile' in reload) return hangUp(reload.pidFile);
  const [command, ...args] = reload.command;
  return new Promise((told) => {
    execFile(command, args, { signal, killSignal: 'SIGKILL', env: ENVIRONMENT }, (error, _, complaint) => {
      if (error === null) return told(WRITTEN);
      const said = complaint.trim().slice(-OUTPUT_LENGTH_MAX);
      told(failed(`${command} failed (${error.code ?? error.signal ?? error.name})${said === '' ? '.' : `: ${said}`}`));
    });
  });
}

async function hangUp(pidFile: string): Promise<WriteOutcome> {
  try {
    const pid = Number((await readFile(pidFile, 'utf8')).trim());
    if (!Number.isSafeInteger(pid) || pid <= 1) return failed(`${pidFile} holds no id of a process.`);
    process.kill(pid, 'SIGHUP');
    return WRITTEN;
  } catch (error) {
    return failed(`The process of ${pidFile} cannot be told: ${codeOf(error)}.`);
  }
}
