import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The server under measurement: the built one, as a process of its own, on an empty SQLite file. */
export interface MeasuredServer {
  readonly url: string;
  readonly operatorToken: string;
  readonly serverKey: string;
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const READY_WITHIN_MS = 20_000;

export async function startMeasuredServer(port: number): Promise<MeasuredServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tidegate-bench-'));
  const child = spawn(process.execPath, [join(root, 'packages/server/bin/tidegate-server.mjs')], {
    cwd: root,
    stdio: 'ignore',
    env: { ...process.env, TIDEGATE_DATA_DIR: dataDir, TIDEGATE_PORT: String(port), TIDEGATE_LOG_LEVEL: 'error' },
  });
  const url = `http://127.0.0.1:${port}`;
  for (const endAtMs = Date.now() + READY_WITHIN_MS; ; await sleep(50)) {
    const ready = await fetch(`${url}/readyz`).catch(() => undefined);
    if (ready?.status === 200) break;
    if (Date.now() > endAtMs || child.exitCode !== null) throw new Error('the server did not start');
  }
  const { operatorToken, serverKey } = JSON.parse(await readFile(join(dataDir, 'credentials.json'), 'utf8'));
  return { url, operatorToken, serverKey, stop: () => stop(child, dataDir) };
}

async function stop(child: ChildProcess, dataDir: string): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
  await rm(dataDir, { recursive: true, force: true });
}
