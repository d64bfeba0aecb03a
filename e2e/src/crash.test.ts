import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom, startPostgres } from '@tidegate/testkit';
import { describe, expect, test } from 'vitest';
import { operatorApi } from './api.ts';
import { type SenderBook, sendUntil } from './batch-sender.ts';
import { writeUntil } from './flag-writer.ts';
import { type Credentials, freePort, type ServerProcess, startServer, until } from './processes.ts';

const KILLS = 20;
const SENDERS = 4;
const SEED = Number(process.env['TIDEGATE_SEED'] ?? 20_261_121);
const FLAG = 'crash-test';
const WRITTEN_FLAGS = ['written-1', 'written-2'];

/** One server under writes and events, and something that is killed under it again and again. */
interface Arena {
  readonly credentials: Credentials;
  /** Ends one process without warning and brings it back. */
  crash(): Promise<void>;
  close(): Promise<void>;
  output(): string;
}

describe('acknowledged means durable, and counted once', () => {
  test(`on SQLite, through ${KILLS} kills of the server`, async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'tidegate-crash-'));
    const port = await freePort();
    let server: ServerProcess = await startServer({ dataDir, port });
    await survive({
      credentials: server.credentials,
      output: () => server.output(),
      async crash() {
        await server.kill9();
        server = await startServer({ dataDir, port });
      },
      async close() {
        expect(await server.stop()).toBe(0);
        await rm(dataDir, { recursive: true, force: true });
      },
    });
  });

  test(`on PostgreSQL, through ${KILLS} kills of PostgreSQL`, async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'tidegate-crash-'));
    const postgres = await startPostgres({ fsync: true });
    const server = await startServer({ dataDir, port: await freePort(), databaseUrl: postgres.url });
    await survive({
      credentials: server.credentials,
      output: () => server.output(),
      async crash() {
        await postgres.kill9();
        await postgres.restart();
        await until('the server has its database back', 10_000, async () =>
          (await fetch(`${server.url}/readyz`)).status === 200 ? true : undefined,
        );
      },
      async close() {
        expect(await server.stop()).toBe(0);
        await postgres.stop();
        await rm(dataDir, { recursive: true, force: true });
      },
    });
  });
});

async function survive(arena: Arena): Promise<void> {
  try {
    await checkBooks(arena);
  } catch (error) {
    // What the books say matters more than how the end went.
    await arena.close().catch(() => undefined);
    throw new Error(`${String(error)}\n${arena.output()}`, { cause: error });
  }
  await arena.close();
}

async function checkBooks(arena: Arena): Promise<void> {
  const api = operatorApi(arena.credentials);
  const { rolloutId, salt } = await startLongRollout(arena.credentials);
  const { books, written } = await writeThroughCrashes(arena, { rolloutId, salt });

  const revisions = await api.listRevisions();
  expect(revisions).toEqual(revisions.map((_, index) => index + 1));
  const kept = new Map<number, string>();
  for (const key of WRITTEN_FLAGS) for (const entry of await api.listDescriptions(key)) kept.set(...entry);
  const lost = [...written].filter(([revision, description]) => kept.get(revision) !== description);
  expect(lost).toEqual([]);

  const expected = addBooks(books);
  const counted = await until('the accountant has read everything', 30_000, async () => {
    const counts = countsOf(await api.getRollout(rolloutId));
    return counts.control + counts.treatment >= expected.control + expected.treatment ? counts : undefined;
  });
  console.log(`seed ${SEED}: ${written.size} changes, ${expected.batches} batches acknowledged through ${KILLS} kills`);
  expect({ ...counted, batches: expected.batches }).toEqual(expected);
  expect(expected.batches).toBeGreaterThan(KILLS);
  expect(written.size).toBeGreaterThan(KILLS);
}

/** Senders and writers at work while something is killed under them; then their books. */
async function writeThroughCrashes(arena: Arena, sending: { rolloutId: string; salt: string }) {
  const random = seededRandom(SEED);
  let stopping = false;
  const stopped = () => stopping;
  const { credentials } = arena;
  const options = { ...credentials, ...sending, treatmentPpm: 500_000, event: `$error:${FLAG}` };
  const senders = Array.from({ length: SENDERS }, () => sendUntil(options, stopped));
  const writers = WRITTEN_FLAGS.map((flagKey) => writeUntil({ credentials, flagKey }, stopped));
  try {
    for (let kill = 1; kill <= KILLS; kill += 1) {
      await sleep(random.int(100, 700));
      await arena.crash();
    }
    await sleep(300);
  } finally {
    stopping = true;
  }
  const books = await Promise.all(senders);
  const written = new Map((await Promise.all(writers)).flatMap((book) => [...book]));
  return { books, written };
}

/** A rollout that stays in its first stage, at 50 %, while the books fill. Both arms fail alike. */
async function startLongRollout(credentials: Credentials): Promise<{ rolloutId: string; salt: string }> {
  const api = operatorApi(credentials);
  for (const key of [FLAG, ...WRITTEN_FLAGS]) await api.createFlag({ key });
  await api.toggle(FLAG, true);
  const rollout = await api.startRollout({
    flagKey: FLAG,
    treatment: 'on',
    control: 'off',
    stages: [
      { treatmentPpm: 500_000, dwellMs: 3_600_000, minUnits: 1_000_000 },
      { treatmentPpm: 1_000_000, dwellMs: 3_600_000, minUnits: 1_000_000 },
    ],
    // Chance alone must not end this test: one in ten thousand such rollouts may be killed.
    alpha: 0.0001,
  });
  await until('the rollout has started', 10_000, async () =>
    (await api.getRollout(rollout.id)).state.kind === 'progressing' ? true : undefined,
  );
  const { json } = await api.getFlag(FLAG);
  return { rolloutId: rollout.id, salt: json.salt };
}

function addBooks(books: readonly SenderBook[]): SenderBook {
  const sum = (field: keyof SenderBook) => books.reduce((total, book) => total + book[field], 0);
  return {
    batches: sum('batches'),
    control: sum('control'),
    treatment: sum('treatment'),
    controlEvents: sum('controlEvents'),
    treatmentEvents: sum('treatmentEvents'),
  };
}

function countsOf({ evidence }: Awaited<ReturnType<ReturnType<typeof operatorApi>['getRollout']>>) {
  const counts = { control: 0, treatment: 0, controlEvents: 0, treatmentEvents: 0 };
  for (const stratum of evidence.strata) {
    counts.control += stratum.units.control;
    counts.treatment += stratum.units.treatment;
    counts.controlEvents += stratum.events['run-errors']?.control ?? 0;
    counts.treatmentEvents += stratum.events['run-errors']?.treatment ?? 0;
  }
  return counts;
}
