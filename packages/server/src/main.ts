import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import { type Config, readConfig } from './config.ts';
import { createServer, type TidegateServer } from './create-server.ts';
import { type FirstKeys, setUpFirstEnvironment } from './features/environments/index.ts';
import { systemPlatform } from './platform.ts';
import { openPostgresStorage } from './storage/postgres/postgres-storage.ts';
import { openSqliteStorage } from './storage/sqlite/sqlite-storage.ts';
import type { Storage } from './storage/storage.ts';

/** Start, stop, and what a person reads in the terminal meanwhile. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = pino({ level: config.logLevel }, pino.destination({ fd: 2, sync: true }));
  await mkdir(config.dataDir, { recursive: true });
  const storage = await openStorage(config);
  await storage.migrate();
  const platform = systemPlatform();
  const first = await setUpFirstEnvironment({
    storage,
    nowMs: platform.nowMs,
    randomId: platform.randomId,
    randomBytes: platform.randomBytes,
  });
  const server = await createServer({ ...config, storage, platform, log });
  const credentialsFile = join(config.dataDir, 'credentials.json');
  if (first !== null) await saveCredentials(credentialsFile, server.url, first);
  print(server.url, credentialsFile, first);
  stopOnSignals({ server, storage, log });
}

async function openStorage(config: Config): Promise<Storage> {
  return config.databaseUrl === null
    ? openSqliteStorage({ file: join(config.dataDir, 'tidegate.db') })
    : openPostgresStorage({ url: config.databaseUrl, node: config.node });
}

/** Keys are stored as hashes only; this file, for its owner's eyes, is the one place where the first ones are kept. */
async function saveCredentials(file: string, url: string, keys: FirstKeys): Promise<void> {
  await writeFile(file, `${JSON.stringify({ url, ...keys }, null, 2)}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
}

function print(url: string, credentialsFile: string, first: FirstKeys | null): void {
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
      `The page:  ${url}/#token=${first.operatorToken}`,
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

/** The first signal stops in order; a second one does not wait. */
function stopOnSignals(running: { server: TidegateServer; storage: Storage; log: Logger }): void {
  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) process.exit(1);
    stopping = true;
    running.log.info({ signal }, 'stopping: no new work, finishing what was taken');
    try {
      await running.server.close();
      await running.storage.close();
      process.exit(0);
    } catch (error) {
      running.log.fatal({ err: error }, 'the server could not stop in order');
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
