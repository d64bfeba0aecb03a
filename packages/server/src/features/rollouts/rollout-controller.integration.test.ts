import type { Actor, RolloutCommand } from '@tidegate/analysis';
import type { WrittenPlan } from '@tidegate/analysis/plans';
import { positionPpm, seedOf } from '@tidegate/evaluation';
import type { FlagDocument } from '@tidegate/protocol';
import { buildBatch } from '@tidegate/testkit';
import { pino } from 'pino';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { type ManualPlatform, manualPlatform } from '../../manual-platform.fixture.ts';
import { openSqliteStorage } from '../../storage/sqlite/sqlite-storage.ts';
import type { RolloutRow, Storage } from '../../storage/storage.ts';
import { setUpFirstEnvironment } from '../environments/index.ts';
import { Accounting } from '../events/index.ts';
import { flagDocumentOf } from '../flags/index.ts';
import { createRollout } from './create-rollout.ts';
import { readEvidence } from './read-evidence.ts';
import { RolloutController } from './rollout-controller.ts';
import { viewOfRollout } from './rollout-view.ts';

const ENVIRONMENT = 'default/production';
const FLAG = { environment: ENVIRONMENT, kind: 'flag', key: 'new-checkout' } as const;
const OPERATOR: Actor = { kind: 'key', id: 'k', name: 'Ann' };
/** No SDK is connected. */
const countConfirmations = async () => ({ connectedCount: 0, confirmedCount: 0 });
const STAGES = [100_000, 500_000, 1_000_000].map((treatmentPpm) => ({ treatmentPpm, dwellMs: 60_000, minUnits: 1 }));
const PLAN: WrittenPlan = { flagKey: FLAG.key, treatment: 'on', control: 'off', stages: STAGES };

let platform: ManualPlatform;
let storage: Storage;
let accounting: Accounting;
let reportCount = 0;

const unexpected = (error: unknown) => {
  throw error;
};

beforeEach(async () => {
  platform = manualPlatform(unexpected);
  storage = openSqliteStorage({ file: ':memory:', nowMs: platform.nowMs });
  await storage.migrate();
  await setUpFirstEnvironment({ ...platform, storage });
  await saveFlag({}, 'created');
  accounting = new Accounting({ storage, platform, node: 'test', onError: unexpected });
  await accounting.start();
  onTestFinished(async () => {
    await accounting.stop();
    await storage.close();
  });
});

/** A process that controls, over storage whose methods a test may make fail or interfere. */
function controllerOver(faults: Partial<Storage> = {}): RolloutController {
  return new RolloutController({
    storage: { ...storage, ...faults },
    accounting,
    platform,
    node: 'test',
    countConfirmations,
    log: pino({ level: 'silent' }),
    onDecision: () => {},
  });
}

async function saveFlag(changes: Partial<FlagDocument>, action = 'updated'): Promise<void> {
  const row = await storage.findDocument(FLAG);
  const variations = [
    { key: 'off', value: false },
    { key: 'on', value: true },
  ];
  const document: FlagDocument = {
    key: FLAG.key,
    kind: 'boolean',
    description: '',
    tags: [],
    owner: '',
    temporary: true,
    variations,
    enabled: true,
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
  const change = { ...FLAG, document, archived: false, action, actor: OPERATOR, reason: '', atMs: platform.nowMs() };
  const outcome = await storage.appendChange({ ...change, expectedRevision: row?.revision ?? 0 });
  expect(outcome.kind).toBe('appended');
}

async function planRollout({ preset, ...plan }: Partial<WrittenPlan> = {}): Promise<string> {
  const { stages, ...rest } = PLAN;
  const whence = preset === undefined ? { stages: STAGES } : { preset };
  const request = { environment: ENVIRONMENT, plan: { ...rest, ...whence, ...plan }, by: OPERATOR };
  const outcome = await createRollout({ storage, platform }, request);
  if (outcome.kind === 'refused') throw new Error(outcome.refusals[0].detail);
  return outcome.rollout.id;
}

async function getRollout(id: string): Promise<RolloutRow> {
  const rollout = await storage.findRollout(ENVIRONMENT, id);
  if (rollout === undefined) throw new Error(`no rollout ${id}`);
  return rollout;
}

async function served(): Promise<FlagDocument['fallthrough']> {
  const row = await storage.findDocument(FLAG);
  if (row === undefined) throw new Error('no flag');
  return flagDocumentOf(row).fallthrough;
}

/** Units of both arms as an SDK tells of them; those in treatment, and no others, run into errors. */
async function reportHarm(rolloutId: string, stage: { index: number; treatmentPpm: number }): Promise<void> {
  const seed = seedOf('salt');
  const units = Array.from({ length: 4_000 }, (_, index) => (index * 1_073_741) >>> 0);
  const isTreated = (unit: number) => positionPpm(unit, seed) < stage.treatmentPpm;
  const exposures = units.map((unit) => ({
    unit,
    rolloutId,
    stage: stage.index,
    arm: isTreated(unit) ? ('treatment' as const) : ('control' as const),
  }));
  reportCount += 1;
  const batch = buildBatch({
    seq: reportCount,
    exposures,
    outcomes: units.filter(isTreated).map((unit) => ({ unit })),
  });
  const receivedAtMs = platform.nowMs();
  const body = JSON.stringify({ kind: 'batch', receivedAtMs, origin: 'server', batch });
  await storage.appendRecords([{ environment: ENVIRONMENT, body, receivedAtMs }]);
  accounting.wake(ENVIRONMENT);
}

/** As `process` of a fleet tells it: what it served of the flag, and what it had to throw away. */
async function reportHealth(process: number, said: { served: string; dropped?: number }): Promise<void> {
  reportCount += 1;
  const batch = {
    ...buildBatch({
      instance: `00000000-0000-4000-8000-00000000000${process}`,
      seq: reportCount,
      dropped: { exposures: said.dropped ?? 0, outcomes: 0 },
    }),
    counters: { flags: [FLAG.key], variations: [said.served], flag: [0], variation: [0], count: [1] },
  };
  const receivedAtMs = platform.nowMs();
  const body = JSON.stringify({ kind: 'batch', receivedAtMs, origin: 'server', batch });
  await storage.appendRecords([{ environment: ENVIRONMENT, body, receivedAtMs }]);
}

const order = (kind: 'pause' | 'promote' | 'abort'): RolloutCommand => ({ kind, by: OPERATOR, reason: '' });

test('a decision that an edit of the flag overtook is made again at once, and the edit stays', async () => {
  let isFirst = true;
  const controller = controllerOver({
    saveDecision: async (decision, lease) => {
      if (isFirst) await saveFlag({ description: 'edited meanwhile' });
      isFirst = false;
      return storage.saveDecision(decision, lease);
    },
  });
  const id = await planRollout();
  await controller.look(ENVIRONMENT);
  expect((await getRollout(id)).state.kind).toBe('progressing');
  expect(await served()).toMatchObject({ kind: 'rollout', treatmentPpm: 100_000 });
  expect((await storage.findDocument(FLAG))?.document).toMatchObject({ description: 'edited meanwhile' });
});

test('a rollout whose rule was changed before its start is cancelled and says why; the rule stays as it is', async () => {
  const id = await planRollout({ startAtMs: platform.nowMs() + 60_000 });
  await saveFlag({ fallthrough: { kind: 'variation', variation: 'on' } });
  await platform.advance(61_000);
  await controllerOver().look(ENVIRONMENT);
  expect(await getRollout(id)).toMatchObject({ active: false, state: { kind: 'cancelled' } });
  expect(await served()).toEqual({ kind: 'variation', variation: 'on' });
  const [last] = await storage.listDecisions(id, { limit: 1 });
  expect(last?.decision.reason).toContain('does not serve off alone any more');
});

test('a rollout whose rule was changed cannot be started by hand either', async () => {
  const id = await planRollout({ startAtMs: platform.nowMs() + 60_000 });
  await saveFlag({ fallthrough: { kind: 'variation', variation: 'on' } });
  const outcome = await controllerOver().command({ environment: ENVIRONMENT, rolloutId: id }, order('promote'));
  expect(outcome).toMatchObject({ kind: 'refused', ended: false });
  expect((await getRollout(id)).state.kind).toBe('scheduled');
});

test('two promotions at once, said of one stage, take one step', async () => {
  const controller = controllerOver();
  const id = await planRollout();
  await controller.look(ENVIRONMENT);
  const target = { environment: ENVIRONMENT, rolloutId: id };
  let isFirst = true;
  const overtaken = controllerOver({
    saveDecision: async (decision, lease) => {
      if (isFirst) expect(await controller.command(target, order('promote'))).toEqual({ kind: 'done' });
      isFirst = false;
      return storage.saveDecision(decision, lease);
    },
  });
  expect(await overtaken.command(target, order('promote'))).toMatchObject({ kind: 'stale' });
  expect((await getRollout(id)).state).toMatchObject({ kind: 'progressing', stageIndex: 1 });
});

test('an abort that a hold overtook is carried out all the same', async () => {
  const controller = controllerOver();
  const id = await planRollout();
  await controller.look(ENVIRONMENT);
  const target = { environment: ENVIRONMENT, rolloutId: id };
  let isFirst = true;
  const overtaken = controllerOver({
    saveDecision: async (decision, lease) => {
      if (isFirst) expect(await controller.command(target, order('pause'))).toEqual({ kind: 'done' });
      isFirst = false;
      return storage.saveDecision(decision, lease);
    },
  });
  expect(await overtaken.command(target, order('abort'))).toEqual({ kind: 'done' });
  expect(await served()).toEqual({ kind: 'variation', variation: 'off' });
});

test('a stage that nobody watched starts its time again, also when the first try to say so fails', async () => {
  const id = await planRollout();
  await controllerOver().look(ENVIRONMENT);
  await platform.advance(3_600_000);
  let isAway = true;
  const restarted = controllerOver({
    saveDecision: (decision, lease) =>
      isAway ? Promise.reject(new Error('away')) : storage.saveDecision(decision, lease),
  });
  await restarted.look(ENVIRONMENT);
  isAway = false;
  await restarted.look(ENVIRONMENT);
  const { state } = await getRollout(id);
  expect(state).toMatchObject({ kind: 'progressing', stageIndex: 0, stageEnteredAtMs: platform.nowMs() });
});

test('harm kills when its evidence comes, without all rollouts being read again, and is stored with all that it says', async () => {
  let reads = 0;
  const controller = controllerOver({
    listRollouts: (environment, filter) => {
      reads += 1;
      return storage.listRollouts(environment, filter);
    },
  });
  controller.start();
  const id = await planRollout();
  await controller.look(ENVIRONMENT);
  await platform.advance(100);
  reads = 0;
  await reportHarm(id, { index: 0, treatmentPpm: 100_000 });
  await platform.advance(100);
  expect(reads).toBe(0);
  expect((await getRollout(id)).state.kind).toBe('aborting');
  expect(await served()).toEqual({ kind: 'variation', variation: 'off' });
  const [kill] = await storage.listDecisions(id, { limit: 1 });
  expect(kill?.decision.kind).toBe('kill');
  const [guard] = kill?.input.assessment.guards ?? [];
  expect(guard?.outlook).toContain('a kill is final');
  expect(guard?.ratioInterval.low).toBeGreaterThan(1);
  await controller.stop();
});

test('what begins anew is judged by no evidence of before, wherever a person speaks and however soon', async () => {
  const id = await planRollout({ onHarm: 'freeze' });
  const controller = controllerOver();
  await controller.look(ENVIRONMENT);
  await reportHarm(id, { index: 0, treatmentPpm: 100_000 });
  await platform.advance(100);
  await controller.look(ENVIRONMENT);
  expect((await getRollout(id)).state.kind).toBe('frozen');
  const held = accounting;
  accounting = new Accounting({ storage, platform, node: 'without the lease', onError: unexpected });
  const elsewhere = controllerOver();
  accounting = held;
  const target = { environment: ENVIRONMENT, rolloutId: id };
  const unfreeze = { kind: 'unfreeze', by: OPERATOR, reason: '', acceptRisk: true } as const;
  expect(await elsewhere.command(target, unfreeze)).toEqual({ kind: 'done' });
  expect(await elsewhere.command(target, order('pause'))).toEqual({ kind: 'done' });
  expect((await getRollout(id)).state.kind).toBe('paused');
  const [last] = await storage.listDecisions(id, { limit: 1 });
  expect(last?.input.summary).toMatchObject({ epoch: 2, unitCount: 0 });
});

test('where everybody is treated from the start, a comparison says that no control is left, and a limit kills', async () => {
  const full = [{ treatmentPpm: 1_000_000, dwellMs: 60_000, minUnits: 1 }];
  const controller = controllerOver();
  const compared = await planRollout({ stages: full, guards: [{ metric: 'run-errors', weight: 1 }] });
  await controller.look(ENVIRONMENT);
  await reportHarm(compared, { index: 0, treatmentPpm: 1_000_000 });
  await platform.advance(100);
  await controller.look(ENVIRONMENT);
  const view = await viewOfRollout({ storage, accounting, countConfirmations }, await getRollout(compared));
  expect(view.state.kind).toBe('baking');
  expect(view.assessment.guards).toMatchObject([
    { verdict: 'no_control', units: { control: 0 }, outlook: expect.stringContaining('No control is left') },
  ]);
  await controller.command({ environment: ENVIRONMENT, rolloutId: compared }, order('abort'));
  await controller.look(ENVIRONMENT);

  const limited = await planRollout({ stages: full, guards: [{ metric: 'run-errors', weight: 1, maxRate: 0.05 }] });
  await controller.look(ENVIRONMENT);
  await reportHarm(limited, { index: 0, treatmentPpm: 1_000_000 });
  await platform.advance(100);
  await controller.look(ENVIRONMENT);
  const [kill] = await storage.listDecisions(limited, { limit: 1 });
  expect(kill?.decision).toMatchObject({ kind: 'kill', state: { cause: { kind: 'harm', metric: 'run-errors' } } });
});

test('nothing is looked at once the controller has stopped', async () => {
  const controller = controllerOver();
  const id = await planRollout();
  await controller.stop();
  await controller.look(ENVIRONMENT);
  expect((await getRollout(id)).state.kind).toBe('scheduled');
});

test('what a rollout counted is known of its flag while it runs, and after its kill', async () => {
  const id = await planRollout();
  const controller = controllerOver();
  await controller.look(ENVIRONMENT);
  const read = () => {
    const options = { storage, accounting, countConfirmations };
    return readEvidence(options, { environment: ENVIRONMENT, flagKey: FLAG.key, nowMs: platform.nowMs() });
  };
  expect(await read()).toMatchObject([{ rolloutId: id, summary: { unitCount: 0 } }]);
  await platform.advance(30_000);
  await reportHarm(id, { index: 0, treatmentPpm: 100_000 });
  await platform.advance(1_000);
  const counted = { rolloutId: id, summary: { unitCount: 4_000 }, elapsedMs: 31_000 };
  expect(await read()).toMatchObject([counted]);
  await controller.look(ENVIRONMENT);
  expect((await getRollout(id)).state.kind).toBe('aborting');
  await platform.advance(3_600_000);
  await controller.look(ENVIRONMENT);
  expect(await read()).toMatchObject([counted]);
});

test('breakers that are open in too many SDK processes kill, also when the server restarted in between', async () => {
  const rolloutId = await planRollout({ health: { openBreakers: { maxShare: 0.2 } } });
  await controllerOver().look(ENVIRONMENT);
  for (const [process, served] of ['on', 'off', '$breaker'].entries()) await reportHealth(process, { served });
  await accounting.stop();
  accounting = new Accounting({ storage, platform, node: 'next', onError: unexpected });
  await accounting.start();
  await controllerOver().look(ENVIRONMENT);
  expect((await getRollout(rolloutId)).state.kind).toBe('progressing');
  await reportHealth(0, { served: '$breaker' });
  await accounting.holding(ENVIRONMENT)?.accountant.readOn();
  await controllerOver().look(ENVIRONMENT);
  expect((await getRollout(rolloutId)).state).toMatchObject({
    cause: { kind: 'breakers', openCount: 2, instanceCount: 3 },
  });
  expect(await served()).toEqual({ kind: 'variation', variation: 'off' });
});

test('events that SDKs lose hold the ramp, and the decision tells how many', async () => {
  const rolloutId = await planRollout();
  await controllerOver().look(ENVIRONMENT);
  await reportHealth(0, { served: 'on', dropped: 40 });
  await accounting.holding(ENVIRONMENT)?.accountant.readOn();
  await controllerOver().look(ENVIRONMENT);
  expect((await getRollout(rolloutId)).state).toMatchObject({
    holds: expect.arrayContaining([expect.objectContaining({ reason: 'lost-events' })]),
  });
  const [held] = await storage.listDecisions(rolloutId, { limit: 1 });
  expect(held?.input.sdkHealth).toMatchObject({ eventCount: 0, lostEventCount: 40 });
});

test('a rule that serves something else than was published is not raised over, and a kill restores control', async () => {
  const controller = controllerOver();
  const id = await planRollout();
  await controller.look(ENVIRONMENT);
  const published = await served();
  await saveFlag({ fallthrough: { kind: 'variation', variation: 'on' } });
  await platform.advance(61_000);
  await controller.look(ENVIRONMENT);
  expect((await getRollout(id)).state).toMatchObject({ kind: 'progressing', stageIndex: 0 });
  expect((await getRollout(id)).state).toMatchObject({
    holds: expect.arrayContaining([expect.objectContaining({ reason: 'drift' })]),
  });
  const { version } = await getRollout(id);
  await controller.look(ENVIRONMENT);
  expect((await getRollout(id)).version).toBe(version);
  await saveFlag({ fallthrough: published });
  await controller.look(ENVIRONMENT);
  const { state } = await getRollout(id);
  expect('holds' in state && state.holds?.map(({ reason }) => reason)).not.toContain('drift');
  await saveFlag({ fallthrough: { kind: 'variation', variation: 'on' } });
  await controller.command({ environment: ENVIRONMENT, rolloutId: id }, order('abort'));
  expect(await served()).toEqual({ kind: 'variation', variation: 'off' });
});

test('what is held back gets the treatment at its time, though the server was down meanwhile', async () => {
  const durationMs = 60_000;
  const id = await planRollout({ preset: 'instant', holdback: { ppm: 10_000, durationMs } });
  const target = { environment: ENVIRONMENT, rolloutId: id };
  await controllerOver().look(ENVIRONMENT);
  expect(await controllerOver().command(target, order('promote'))).toEqual({ kind: 'done' });
  expect(await getRollout(id)).toMatchObject({ active: true, state: { kind: 'heldBack' } });
  expect(await served()).toMatchObject({ kind: 'rollout', treatmentPpm: 990_000 });
  await platform.advance(durationMs);
  await controllerOver().look(ENVIRONMENT);
  expect(await getRollout(id)).toMatchObject({ active: false, state: { kind: 'succeeded' } });
  expect(await served()).toEqual({ kind: 'variation', variation: 'on' });
});
