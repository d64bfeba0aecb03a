import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '@tidegate/testkit';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import type { ChangeRow, LogRecordRow, Storage } from '../storage.ts';
import { openSqliteStorage } from './sqlite-storage.ts';

const ENVIRONMENT = 'default/production';
const KILLS = 5;
const SEED = 20_251;
const FIXTURE = fileURLToPath(new URL('./append-until-killed.fixture.ts', import.meta.url));

/** Lets the fixture write for a while, kills it, and tells what it had acknowledged. */
async function writeAndKill(file: string, aliveMs: number): Promise<string[]> {
  const writer = spawn(process.execPath, ['--import', 'tsx', '--conditions=@tidegate/source', FIXTURE, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  writer.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  await once(writer.stdout, 'data');
  await delay(aliveMs);
  writer.kill('SIGKILL');
  const [exitCode, signal] = await once(writer, 'close');
  expect([exitCode, signal]).toEqual([null, 'SIGKILL']);
  // The last line may have been cut.
  return output.split('\n').slice(0, -1);
}

async function readAll(storage: Storage): Promise<{ records: LogRecordRow[]; changes: ChangeRow[] }> {
  const records: LogRecordRow[] = [];
  const changes: ChangeRow[] = [];
  for (;;) {
    const last = records.at(-1);
    const page = await storage.readRecords(ENVIRONMENT, last ? { [last.stream]: last.position } : {}, 5_000);
    if (page.length === 0) break;
    records.push(...page);
  }
  for (;;) {
    const page = await storage.listChanges(ENVIRONMENT, changes.length, 5_000);
    if (page.length === 0) break;
    changes.push(...page);
  }
  return { records, changes };
}

test(`what was acknowledged before a kill -9 is there after it, ${KILLS} times over (seed ${SEED})`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tidegate-crash-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'tidegate.db');
  const random = seededRandom(SEED);
  const acknowledged: string[] = [];

  for (let kill = 0; kill < KILLS; kill++) {
    acknowledged.push(...(await writeAndKill(file, random.int(20, 400))));

    const storage = openSqliteStorage({ file });
    await storage.migrate();
    const { records, changes } = await readAll(storage);
    await storage.close();

    expect(records.map((record) => record.position)).toEqual(records.map((_, index) => index + 1));
    expect(changes.map((change) => change.revision)).toEqual(changes.map((_, index) => index + 1));
    const stored = new Set([
      ...records.map((record) => `record ${record.body}`),
      ...changes.map((change) => `change ${change.revision} ${change.key}`),
    ]);
    expect(stored.size).toBe(records.length + changes.length);
    expect(acknowledged.filter((line) => !stored.has(line))).toEqual([]);
  }
  expect(acknowledged.filter((line) => line.startsWith('record')).length).toBeGreaterThan(KILLS);
  expect(acknowledged.filter((line) => line.startsWith('change')).length).toBeGreaterThan(KILLS);

  const database = new Database(file, { readonly: true });
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(database.pragma('foreign_key_check')).toEqual([]);
  database.close();
});
