import type { Actor, RolloutState } from '@tidegate/analysis';
import type { FlagDocument } from '@tidegate/protocol';
import { pino } from 'pino';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type ManualPlatform, manualPlatform } from '../../manual-platform.fixture.ts';
import { openSqliteStorage } from '../../storage/sqlite/sqlite-storage.ts';
import type { DocumentId, RolloutRow, Storage } from '../../storage/storage.ts';
import { StorageUnavailableError } from '../../storage/storage-unavailable-error.ts';
import { setUpFirstEnvironment } from '../environments/index.ts';
import { Accounting } from '../events/index.ts';
import { flagDocumentOf } from '../flags/index.ts';
import { createSchedule } from './create-schedule.ts';
import { Scheduler } from './scheduler.ts';

const ENVIRONMENT = 'default/production';
const FLAG: DocumentId = { environment: ENVIRONMENT, kind: 'flag', key: 'new-checkout' };
const ANN: Actor = { kind: 'key', id: 'ann', name: 'Ann' };
const MINUTE_MS = 60_000;

let platform: ManualPlatform;
let storage: Storage;

beforeEach(async () => {
  platform = manualPlatform(throwing);
  storage = openSqliteStorage({ file: ':memory:', nowMs: platform.nowMs });
  onTestFinished(() => storage.close());
  await storage.migrate();
  await setUpFirstEnvironment({ ...platform, storage });
  await saveFlag({}, 'created');
});

function throwing(error: unknown): void {
  throw error;
}

/** A server's scheduler, over storage whose methods a test may make fail or interfere; ends with the test. */
async function startScheduler(options: { node?: string; faults?: Partial<Storage> } = {}): Promise<Scheduler> {
  const { node = 'a', faults = {} } = options;
  const accounting = new Accounting({ storage, platform, node, onError: throwing });
  await accounting.start();
  const log = pino({ level: 'silent' });
  const scheduler = new Scheduler({ storage: { ...storage, ...faults }, platform, accounting, log });
  scheduler.start();
  onTestFinished(async () => {
    await scheduler.stop();
    await accounting.stop();
  });
  return scheduler;
}

async function saveFlag(changes: Partial<FlagDocument>, action = 'updated', archived = false): Promise<void> {
  const row = await storage.findDocument(FLAG);
  const document: FlagDocument = {
    key: FLAG.key,
    kind: 'boolean',
    description: '',
    tags: [],
    temporary: false,
    variations: [
      { key: 'off', value: false },
      { key: 'on', value: true },
    ],
    enabled: false,
    offVariation: 'off',
    prerequisites: [],
    targets: [],
    rules: [],
    clientSide: 'off',
    fallthrough: { kind: 'variation', variation: 'off' },
    salt: 'salt',
    createdAtMs: 0,
    ...(row === undefined ? {} : flagDocumentOf(row)),
    ...changes,
  };
  const change = { ...FLAG, document, archived, action, actor: ANN, reason: '', atMs: platform.nowMs() };
  const outcome = await storage.appendChange({ ...change, expectedRevision: row?.revision ?? 0 });
  expect(outcome.kind).toBe('appended');
}

async function schedule(patch: FlagDocumentPatch, afterMs = MINUTE_MS, reason = ''): Promise<string> {
  const nowMs = platform.nowMs();
  const body = { atMs: nowMs + afterMs, patch, reason };
  return (await createSchedule({ ...platform, storage }, { flag: FLAG, body, by: ANN, nowMs })).id;
}

type FlagDocumentPatch = Parameters<typeof createSchedule>[1]['body']['patch'];

async function getFlag(): Promise<FlagDocument> {
  const row = await storage.findDocument(FLAG);
  if (row === undefined) throw new Error('the flag is gone');
  return flagDocumentOf(row);
}

const findSchedule = (id: string) => storage.findSchedule(ENVIRONMENT, id);
const lastChange = async () => (await storage.listHistory(FLAG, { limit: 1 }))[0];

/** A rollout of the flag, as it is after its state became what is given. */
async function saveRollout(state: RolloutState, changes: Partial<RolloutRow> = {}): Promise<void> {
  const rollout: RolloutRow = {
    id: 'r1',
    environment: ENVIRONMENT,
    flagKey: FLAG.key,
    rule: 'fallthrough',
    plan: {
      flagKey: FLAG.key,
      rule: 'fallthrough',
      treatment: 'on',
      control: 'off',
      unit: 'targetingKey',
      stages: [{ treatmentPpm: 1_000_000, dwellMs: 0, minUnits: 1 }],
      bakeMs: 0,
      alpha: 0.05,
      guards: [{ metric: 'run-errors', weight: 1 }],
      noDataMs: MINUTE_MS,
      confirmMs: 1_000,
    },
    state,
    anchor: { kind: 'variation', variation: 'off' },
    epoch: 1,
    version: 1,
    active: false,
    servedRevision: null,
    createdAtMs: 0,
    createdBy: ANN,
    updatedAtMs: 0,
    ...changes,
  };
  expect(await storage.createRollout(rollout)).toBe('created');
}

const rolledBackAt = (revision: number): RolloutState => ({
  kind: 'rolledBack',
  fromStageIndex: 0,
  cause: { kind: 'command', by: ANN, reason: 'pager' },
  atMs: 0,
  revision,
  confirmedCount: 0,
  connectedCount: 0,
});

describe('a scheduled change', () => {
  test('is made at its time and not before, as an ordinary change by whoever ordered it', async () => {
    await startScheduler();
    const id = await schedule({ enabled: true }, MINUTE_MS, 'the campaign begins');
    await platform.advance(MINUTE_MS - 1);
    expect((await getFlag()).enabled).toBe(false);
    await platform.advance(1_001);
    expect((await getFlag()).enabled).toBe(true);
    const change = await lastChange();
    expect(change).toMatchObject({ action: 'scheduled', actor: ANN, reason: `the campaign begins (schedule ${id})` });
    const settledAtMs = change?.atMs;
    expect(await findSchedule(id)).toMatchObject({
      state: { kind: 'applied', settledAtMs },
      revision: change?.revision,
    });
  });

  test('patches the flag as it is then, not as it was when the change was ordered', async () => {
    await startScheduler();
    await schedule({ enabled: true });
    await saveFlag({ description: 'written meanwhile' });
    await platform.advance(MINUTE_MS + 1_000);
    expect(await getFlag()).toMatchObject({ enabled: true, description: 'written meanwhile' });
  });

  test('may build on an earlier one', async () => {
    await startScheduler();
    const variations = ['off', 'on', 'beta'].map((key) => ({ key, value: key !== 'off' }));
    const second = await schedule({ fallthrough: { variation: 'beta' } }, 2 * MINUTE_MS);
    await schedule({ variations }, MINUTE_MS);
    await platform.advance(3 * MINUTE_MS);
    expect(await findSchedule(second)).toMatchObject({ state: { kind: 'applied' } });
    expect((await getFlag()).fallthrough).toEqual({ kind: 'variation', variation: 'beta' });
  });

  test('that changes nothing is applied without a revision', async () => {
    await startScheduler();
    const id = await schedule({ enabled: false });
    const before = await storage.currentRevision(ENVIRONMENT);
    await platform.advance(MINUTE_MS + 1_000);
    expect(await findSchedule(id)).toMatchObject({ state: { kind: 'applied' }, revision: null });
    expect(await storage.currentRevision(ENVIRONMENT)).toBe(before);
  });

  test('that was cancelled is not made', async () => {
    await startScheduler();
    const id = await schedule({ enabled: true });
    const state = { kind: 'cancelled', settledAtMs: 0, by: ANN, reason: '' } as const;
    await storage.settleSchedule({ environment: ENVIRONMENT, scheduleId: id, state, checked: null }, null);
    await platform.advance(MINUTE_MS + 1_000);
    expect((await getFlag()).enabled).toBe(false);
    expect(await findSchedule(id)).toMatchObject({ state });
  });
});

describe('what keeps a scheduled change from being made', () => {
  test.each([
    ['archived', () => saveFlag({}, 'archived', true)],
    ['unknown-variation', () => saveFlag({ variations: [{ key: 'off', value: false }] })],
    ['rule-owned-by-rollout', () => saveRollout({ kind: 'scheduled', startAtMs: 0 }, { active: true })],
  ])('is told as %s, and half of it is not made', async (code, interfere) => {
    await startScheduler();
    const id = await schedule({ enabled: true, fallthrough: { variation: 'on' } });
    await interfere();
    const before = await storage.currentRevision(ENVIRONMENT);
    await platform.advance(MINUTE_MS + 1_000);
    expect(await findSchedule(id)).toMatchObject({
      state: { kind: 'refused', code, detail: expect.stringContaining('.') },
      revision: null,
    });
    expect((await getFlag()).enabled).toBe(false);
    expect(await storage.currentRevision(ENVIRONMENT)).toBe(before);
  });

  test('is a rollout that was rolled back after it was ordered', async () => {
    await startScheduler();
    const id = await schedule({ fallthrough: { variation: 'on' } });
    await saveFlag({ description: 'the kill' }, 'rollout-kill');
    await saveRollout(rolledBackAt(await storage.currentRevision(ENVIRONMENT)));
    await platform.advance(MINUTE_MS + 1_000);
    expect(await findSchedule(id)).toMatchObject({ state: { kind: 'refused', code: 'kill-latched' } });
    expect((await getFlag()).fallthrough).toEqual({ kind: 'variation', variation: 'off' });
  });

  test('is not a kill from before it was ordered, which whoever ordered it could know of', async () => {
    await startScheduler();
    await saveRollout(rolledBackAt(await storage.currentRevision(ENVIRONMENT)));
    const id = await schedule({ enabled: true });
    await platform.advance(MINUTE_MS + 1_000);
    expect(await findSchedule(id)).toMatchObject({ state: { kind: 'applied' } });
  });

  test('is a kill that is still being written', async () => {
    await startScheduler();
    const id = await schedule({ enabled: true });
    const cause = { kind: 'command', by: ANN, reason: '' } as const;
    await saveRollout({ kind: 'aborting', fromStageIndex: 0, cause, abortedAtMs: 0, revision: null }, { active: true });
    await platform.advance(MINUTE_MS + 1_000);
    expect(await findSchedule(id)).toMatchObject({ state: { kind: 'refused', code: 'kill-latched' } });
  });

  test('is somebody who switched the flag off after it was ordered', async () => {
    await startScheduler();
    await saveFlag({ enabled: true }, 'enabled');
    const id = await schedule({ enabled: true });
    await saveFlag({ enabled: false }, 'disabled');
    await saveFlag({ description: 'why it is off' });
    await platform.advance(MINUTE_MS + 1_000);
    expect(await findSchedule(id)).toMatchObject({ state: { kind: 'refused', code: 'kill-latched' } });
    expect((await getFlag()).enabled).toBe(false);
  });

  test('is not somebody who switched the flag off before it was ordered', async () => {
    await startScheduler();
    await saveFlag({ enabled: true }, 'enabled');
    await saveFlag({ enabled: false }, 'disabled');
    const id = await schedule({ enabled: true });
    await platform.advance(MINUTE_MS + 1_000);
    expect(await findSchedule(id)).toMatchObject({ state: { kind: 'applied' } });
  });

  test('does not keep one from disabling: that only lowers exposure', async () => {
    await startScheduler();
    await saveFlag({ enabled: true }, 'enabled');
    const id = await schedule({ enabled: false });
    await saveFlag({ description: 'the kill' }, 'rollout-kill');
    await saveRollout(rolledBackAt(await storage.currentRevision(ENVIRONMENT)));
    await platform.advance(MINUTE_MS + 1_000);
    expect(await findSchedule(id)).toMatchObject({ state: { kind: 'applied' } });
    expect((await getFlag()).enabled).toBe(false);
  });

  test('does not keep the next day from a flag that schedules switch on and off', async () => {
    await startScheduler();
    const ids = [
      await schedule({ enabled: true }, MINUTE_MS),
      await schedule({ enabled: false }, 2 * MINUTE_MS),
      await schedule({ enabled: true }, 3 * MINUTE_MS),
    ];
    await platform.advance(4 * MINUTE_MS);
    for (const id of ids) expect(await findSchedule(id)).toMatchObject({ state: { kind: 'applied' } });
    expect((await getFlag()).enabled).toBe(true);
  });
});

describe('whatever breaks, a scheduled change is made once', () => {
  test('what came due while no server was there is made at start, in order', async () => {
    await schedule({ description: 'second' }, 2 * MINUTE_MS);
    await schedule({ description: 'first', enabled: true }, MINUTE_MS);
    await platform.advance(60 * MINUTE_MS);
    await startScheduler();
    await platform.advance(1_000);
    expect(await getFlag()).toMatchObject({ description: 'second', enabled: true });
    const history = await storage.listHistory(FLAG, { limit: 10 });
    expect(history.map((change) => change.action)).toEqual(['scheduled', 'scheduled', 'created']);
  });

  test.each(['before', 'after'] as const)('when the database is lost just %s it is written', async (when) => {
    let faults = 0;
    const settleSchedule: Storage['settleSchedule'] = async (...args) => {
      faults += 1;
      if (faults > 1) return storage.settleSchedule(...args);
      if (when === 'after') await storage.settleSchedule(...args);
      throw new StorageUnavailableError('lost');
    };
    await startScheduler({ faults: { settleSchedule } });
    const id = await schedule({ enabled: true });
    await platform.advance(MINUTE_MS + 3_000);
    expect(await findSchedule(id)).toMatchObject({ state: { kind: 'applied' } });
    const history = await storage.listHistory(FLAG, { limit: 10 });
    expect(history.map((change) => change.action)).toEqual(['scheduled', 'created']);
  });

  test('by one of several nodes', async () => {
    await startScheduler({ node: 'a' });
    await startScheduler({ node: 'b' });
    await schedule({ enabled: true });
    await platform.advance(MINUTE_MS + 3_000);
    const history = await storage.listHistory(FLAG, { limit: 10 });
    expect(history.map((change) => change.action)).toEqual(['scheduled', 'created']);
  });

  test('and checked again when somebody wrote in between', async () => {
    let interfered = false;
    const settleSchedule: Storage['settleSchedule'] = async (...args) => {
      if (!interfered) {
        interfered = true;
        await saveFlag({ description: 'written in between' });
      }
      return storage.settleSchedule(...args);
    };
    await startScheduler({ faults: { settleSchedule } });
    await schedule({ enabled: true });
    await platform.advance(MINUTE_MS + 1_000);
    expect(await getFlag()).toMatchObject({ enabled: true, description: 'written in between' });
  });

  test('one that makes us fail is told so, and keeps nothing else back', async () => {
    let broken = 0;
    const listRollouts: Storage['listRollouts'] = (...args) => {
      broken += 1;
      return broken === 1 ? Promise.reject(new TypeError('a bug of ours')) : storage.listRollouts(...args);
    };
    await startScheduler({ faults: { listRollouts } });
    const first = await schedule({ enabled: true });
    const second = await schedule({ description: 'after it' });
    await platform.advance(MINUTE_MS + 1_000);
    expect(await findSchedule(first)).toMatchObject({ state: { kind: 'refused', code: 'internal' } });
    expect(await findSchedule(second)).toMatchObject({ state: { kind: 'applied' } });
  });
});
