import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { createServer, type ServerOptions } from './create-server.ts';
import { type FirstKeys, setUpFirstEnvironment } from './features/environments/index.ts';
import { systemPlatform } from './platform.ts';
import { openSqliteStorage } from './storage/sqlite/sqlite-storage.ts';
import type { Storage } from './storage/storage.ts';

export interface RunningServer {
  readonly url: string;
  readonly keys: FirstKeys;
  readonly storage: Storage;
  close(): Promise<void>;
}

/** A whole server over a database in memory, whose methods a test may make fail or wait; ends with the test. */
export async function runServer(
  faults: (storage: Storage) => Partial<Storage> = () => ({}),
  configured: Partial<ServerOptions> = {},
): Promise<RunningServer> {
  const storage = openSqliteStorage({ file: ':memory:' });
  await storage.migrate();
  const platform = systemPlatform();
  const keys = await setUpFirstEnvironment({ ...platform, storage });
  if (keys === null) throw new Error('the storage was not empty');
  const options = { host: '127.0.0.1', port: 0, node: 'test', shutdownMs: 1_000, platform };
  const faulty = { ...storage, ...faults(storage) };
  const server = await createServer({ ...options, storage: faulty, log: pino({ level: 'silent' }), ...configured });
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= server.close();
    return closed;
  };
  onTestFinished(async () => {
    await close();
    await storage.close();
  });
  return { url: server.url, keys, storage, close };
}
