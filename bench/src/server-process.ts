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
  return serve(await start(dataDir, port), dataDir, port);
}

/** As above, on what `fill` writes into the SQLite file between a first start and the one that is measured. */
export async function startFilledServer(port: number, fill: (file: string) => Promise<void>): Promise<MeasuredServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tidegate-bench-'));
  await end(await start(dataDir, port));
  await fill(join(dataDir, 'tidegate.db'));
  return serve(await start(dataDir, port), dataDir, port);
}

async function start(dataDir: string, port: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(root, 'packages/server/bin/tidegate-server.mjs')], {
    cwd: root,
    stdio: 'ignore',
    env: { ...process.env, TIDEGATE_DATA_DIR: dataDir, TIDEGATE_PORT: String(port), TIDEGATE_LOG_LEVEL: 'error' },
  });
  for (const endAtMs = Date.now() + READY_WITHIN_MS; ; await sleep(50)) {
    const ready = await fetch(`${urlOf(port)}/readyz`).catch(() => undefined);
    if (ready?.status === 200) return child;
    if (Date.now() > endAtMs || child.exitCode !== null) throw new Error('the server did not start');
  }
}

async function serve(child: ChildProcess, dataDir: string, port: number): Promise<MeasuredServer> {
  const { operatorToken, serverKey } = JSON.parse(await readFile(join(dataDir, 'credentials.json'), 'utf8'));
  const stop = async () => {
    await end(child);
    await rm(dataDir, { recursive: true, force: true });
  };
  return { url: urlOf(port), operatorToken, serverKey, stop };
}

function urlOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
