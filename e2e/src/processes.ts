import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** Real processes for tests: started by us, ended by us, by their own id. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Credentials {
  readonly url: string;
  readonly operatorToken: string;
  readonly serverKey: string;
  readonly browserKey: string;
}

export interface ServerProcess {
  readonly url: string;
  readonly credentials: Credentials;
  readonly process: ChildProcess;
  /** What it has written so far; for the message of a failing test. */
  output(): string;
  kill9(): Promise<void>;
  stop(): Promise<number | null>;
}

export interface ServerOptions {
  readonly dataDir: string;
  readonly port: number;
  readonly databaseUrl?: string;
  /** Of the node that set up the database, for every further one. */
  readonly credentials?: Credentials;
  readonly node?: string;
  /** Further variables of its configuration. */
  readonly configuration?: Readonly<Record<string, string>>;
}

const READY_WITHIN_MS = 20_000;

/** Starts the built server, as `npm start` does, and waits until it is ready. */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const child = spawn(process.execPath, [join(root, 'packages/server/bin/tidegate-server.mjs')], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      TIDEGATE_DATA_DIR: options.dataDir,
      TIDEGATE_PORT: String(options.port),
      TIDEGATE_NODE: options.node ?? 'e2e',
      ...options.configuration,
      ...(options.databaseUrl === undefined ? {} : { TIDEGATE_DATABASE_URL: options.databaseUrl }),
    },
  });
  const output = collectOutput(child);
  const url = `http://127.0.0.1:${options.port}`;
  await waitUntilReady({ url, child, output });
  const credentials: Credentials =
    options.credentials === undefined ? await credentialsOf(url, options.dataDir) : { ...options.credentials, url };
  return {
    url,
    credentials,
    process: child,
    output,
    kill9: () => end(child, 'SIGKILL').then(() => undefined),
    stop: () => end(child, 'SIGTERM'),
  };
}

/** A server is ready a moment before the file says where it listens now. */
function credentialsOf(url: string, dataDir: string): Promise<Credentials> {
  return until(`the credentials name ${url}`, READY_WITHIN_MS, async () => {
    const credentials: Credentials = JSON.parse(await readFile(join(dataDir, 'credentials.json'), 'utf8'));
    return credentials.url === url ? credentials : undefined;
  });
}

/** Starts a TypeScript file of this folder as a process of its own. */
export function startScript(
  file: string,
  environment: Readonly<Record<string, string>>,
): ChildProcess & { output(): string } {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--conditions=@tidegate/source', join(root, 'e2e/src', file)],
    { cwd: root, stdio: ['pipe', 'pipe', 'pipe', 'ipc'], env: { ...process.env, ...environment } },
  );
  return Object.assign(child, { output: collectOutput(child) });
}

export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
  return child.exitCode;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Waits until the probe gives something; fails with what was last seen. */
export async function until<T>(what: string, withinMs: number, probe: () => Promise<T | undefined>): Promise<T> {
  const endAtMs = Date.now() + withinMs;
  let last: unknown;
  while (Date.now() < endAtMs) {
    try {
      const found = await probe();
      if (found !== undefined) return found;
    } catch (error) {
      last = error;
    }
    await sleep(50);
  }
  throw new Error(`${what}: not within ${withinMs} ms${last === undefined ? '' : ` (${String(last)})`}`);
}

function collectOutput(child: ChildProcess): () => string {
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  return () => chunks.join('');
}

async function waitUntilReady(options: { url: string; child: ChildProcess; output: () => string }): Promise<void> {
  const { url, child, output } = options;
  await until(`the server at ${url} is ready`, READY_WITHIN_MS, async () => {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${output()}`);
    const response = await fetch(`${url}/readyz`).catch(() => undefined);
    return response?.status === 200 ? true : undefined;
  }).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw new Error(`${String(error)}\n${output()}`);
  });
}
