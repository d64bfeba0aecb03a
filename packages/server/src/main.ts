import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import { type Config, readConfig } from './config.ts';
import { createServer, type TidegateServer, urlOf } from './create-server.ts';
import { moveCredentials, saveCredentials } from './credentials-file.ts';
import { createKey } from './features/access/index.ts';
import { type FirstKeys, setUpFirstEnvironment } from './features/environments/index.ts';
import { type Platform, systemPlatform } from './platform.ts';
import { openSqliteStorage } from './storage/sqlite/sqlite-storage.ts';
import type { Storage } from './storage/storage.ts';

/** What comes after the network is closed: checkpoints, leases, the database. Orchestrators kill after 30 s in all. */
const LAST_WRITES_MS = 5_000;

/** Start, stop, and what a person reads in the terminal meanwhile. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = pino({ level: config.logLevel }, pino.destination({ fd: 2, sync: true }));
  // Work that nobody waits for is begun anew by a timer; ending every stream because of it would help nobody.
  process.on('unhandledRejection', (error) =>
    log.error({ err: error }, 'a failure that nobody waited for: a bug of ours'),
  );
  const platform = systemPlatform((error) => log.error({ err: error }, 'a timer failed; it comes again'));
  await mkdir(config.dataDir, { recursive: true });
  const storage = await openStorage(config, platform);
  await storage.migrate();
  const first = await setUpFirstEnvironment({ ...platform, storage });
  const credentialsFile = join(config.dataDir, 'credentials.json');
  if (first !== null) await saveCredentials(credentialsFile, { url: urlOf(config), ...first });
  const server = await createServer({ ...config, storage, platform, log });
  await moveCredentials(credentialsFile, server.url);
  print(
    server.url,
    credentialsFile,
    first === null ? null : { ...first, setUpToken: await createSetUpToken(storage, platform) },
  );
  stopOnSignals({ server, storage, log, platform, withinMs: config.shutdownMs + LAST_WRITES_MS });
}

/** A server on SQLite starts without the driver of the other database. */
async function openStorage({ databaseUrl, dataDir, node }: Config, platform: Platform): Promise<Storage> {
  if (databaseUrl === null) return openSqliteStorage({ file: join(dataDir, 'tidegate.db') });
  const { openPostgresStorage } = await import('./storage/postgres/postgres-storage.ts');
  return openPostgresStorage({ url: databaseUrl, node, platform });
}

/**
 * For the link to the page: whoever opens it first exchanges it for a key of their own, and it works no more. In no file,
 * so that an old terminal or log lets nobody in.
 */
async function createSetUpToken(storage: Storage, platform: Platform): Promise<string> {
  const admin = { kind: 'operator', role: 'admin', environment: null, name: 'set-up link' } as const;
  return (await createKey({ ...platform, storage }, admin)).key;
}

interface FirstStart extends FirstKeys {
  readonly setUpToken: string;
}

function print(url: string, credentialsFile: string, first: FirstStart | null): void {
  const lines = [`Tidegate listens on ${url}`, ''];
  if (first === null) {
    lines.push(`Keys of the first start are in ${credentialsFile}; make others with: npx tidegate keys create`);
  } else {
    lines.push(
      `  operator's token  ${first.operatorToken}`,
      `  server key        ${first.serverKey}`,
      `  browser key       ${first.browserKey}`,
      '',
      `They are kept in ${credentialsFile} (only you can read it), and nowhere else in clear.`,
      `Begin here, once:  ${url}/#setup=${first.setUpToken}`,
    );
  }
  lines.push(
    '',
    'Try next:',
    '  npx tidegate flags create new-checkout',
    '  npx tidegate flags toggle new-checkout on',
    '  npx tidegate rollout start new-checkout --treatment on --control off',
    '  npx tidegate rollout watch new-checkout',
    '',
  );
  console.log(lines.join('\n'));
}

interface Running {
  readonly server: TidegateServer;
  readonly storage: Storage;
  readonly log: Logger;
  readonly platform: Platform;
  readonly withinMs: number;
}

/** The first signal stops in order, for as long as that may take; a second one does not wait. */
function stopOnSignals({ server, storage, log, platform, withinMs }: Running): void {
  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'stopping: no new work, finishing what was taken');
    platform.after(withinMs, () => {
      log.fatal({ withinMs }, 'the server could not stop in time; what was acknowledged is in the database');
      process.exit(1);
    });
    try {
      await server.close();
      await storage.close();
      process.exit(0);
    } catch (error) {
      log.fatal({ err: error }, 'the server could not stop in order');
      process.exit(1);
    }
  };
  process.on('SIGTERM', () => void stop('SIGTERM'));
  process.on('SIGINT', () => void stop('SIGINT'));
}

main().catch((error: unknown) => {
  console.error(`Tidegate could not start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
