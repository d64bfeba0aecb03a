import type { Actor } from '@tidegate/analysis';
import type { WrittenPlan } from '@tidegate/analysis/plans';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttpClient } from '../../http-client/index.ts';
import { replyJson, replyText, type StandIn, startStandIn } from '../../http-client/stand-in-server.fixture.ts';
import { type ManualPlatform, manualPlatform } from '../../manual-platform.fixture.ts';
import { openSqliteStorage } from '../../storage/sqlite/sqlite-storage.ts';
import type { RolloutRow, Storage } from '../../storage/storage.ts';
import { setUpFirstEnvironment } from '../environments/index.ts';
import { Accounting } from '../events/index.ts';
import { flagDocumentOf } from '../flags/index.ts';
import { Measurements } from '../providers/index.ts';
import { createRollout } from './create-rollout.ts';
import { RolloutController } from './rollout-controller.ts';
import { viewOfRollout } from './rollout-view.ts';

const ENVIRONMENT = 'default/production';
const ANN: Actor = { kind: 'key', id: 'k', name: 'Ann' };
const FLAG = { environment: ENVIRONMENT, kind: 'flag', key: 'new-checkout' } as const;
const GUARD = {
  name: 'http-errors',
  provider: 'web',
  query: { kind: 'scalar', value: '/errors?of={{ args.variant }}#/n', args: {} },
  limits: { failureCondition: 'result > 5', interval: '10s' },
} as const;
const PLAN: WrittenPlan = { flag: FLAG.key, treatment: 'on', control: 'off', providerGuards: [GUARD] };
const countConfirmations = async () => ({ connectedCount: 0, confirmedCount: 0 });

let platform: ManualPlatform;
let storage: Storage;
let standIn: StandIn;
const nodes: Node[] = [];

/** What one process runs: the books, the controller, and what measures for it. */
interface Node {
  readonly accounting: Accounting;
  readonly measurements: Measurements;
  readonly controller: RolloutController;
  stop(): Promise<void>;
}

const unexpected = (error: unknown) => {
  throw error;
};

beforeEach(async () => {
  platform = manualPlatform(unexpected);
  standIn = await startStandIn();
  standIn.reply(replyJson({ n: 1 }));
  storage = openSqliteStorage({ file: ':memory:', nowMs: platform.nowMs });
  await storage.migrate();
  await setUpFirstEnvironment({ ...platform, storage });
  await saveDocument('flag', FLAG.key, {
    key: FLAG.key,
    kind: 'boolean',
    enabled: true,
    variations: ['off', 'on'].map((key) => ({ key, value: key === 'on' })),
    offVariation: 'off',
    prerequisites: [],
    targets: [],
    rules: [],
    fallthrough: { kind: 'variation', variation: 'off' },
    salt: 'salt',
    tags: [],
  });
  await storage.createSettings({
    kind: 'provider',
    scope: ENVIRONMENT,
    key: 'web',
    version: 1,
    document: { kind: 'web', description: '', address: standIn.url, timeoutMs: 5_000, lagMs: 0 },
    createdAtMs: 0,
    createdBy: ANN,
  });
});
afterEach(async () => {
  for (const node of nodes.splice(0)) await node.stop();
  await storage.close();
  await standIn.close();
});

async function saveDocument(kind: 'flag', key: string, document: object): Promise<void> {
  const change = { environment: ENVIRONMENT, kind, key, document, archived: false, action: 'created', actor: ANN };
  await storage.appendChange({ ...change, reason: '', atMs: 0, expectedRevision: 0 });
}

async function startNode(node = 'one'): Promise<Node> {
  const accounting = new Accounting({ storage, platform, node, onError: unexpected });
  const measurements = new Measurements({
    storage,
    platform,
    client: createHttpClient({ platform, allowedHosts: [standIn.host] }),
    secrets: new Map(),
    onError: unexpected,
    findLease: (environment) => accounting.holding(environment)?.lease,
    onMeasured: (environment, rolloutId) => void controller.lookAtSome(environment, [rolloutId]),
  });
  const log = pino({ level: 'silent' });
  const controller = new RolloutController({
    storage,
    accounting,
    measurements,
    platform,
    node,
    countConfirmations,
    log,
    onDecision: () => {},
  });
  controller.start();
  measurements.start();
  await accounting.start();
  const stop = async () => {
    await controller.stop();
    await measurements.stop();
    await accounting.stop();
  };
  const started = { accounting, measurements, controller, stop };
  nodes.push(started);
  return started;
}

async function plan(node: Node, changes: Partial<WrittenPlan> = {}) {
  const order = { environment: ENVIRONMENT, plan: { ...PLAN, ...changes }, by: ANN };
  return createRollout({ storage, platform, measurements: node.measurements }, order);
}

async function start(node: Node, changes: Partial<WrittenPlan> = {}): Promise<string> {
  const outcome = await plan(node, changes);
  if (outcome.kind === 'refused') throw new Error(outcome.refusals[0].detail);
  standIn.forget();
  await node.controller.look(ENVIRONMENT);
  return outcome.rollout.id;
}

async function getRollout(id: string): Promise<RolloutRow> {
  const rollout = await storage.findRollout(ENVIRONMENT, id);
  if (rollout === undefined) throw new Error(`no rollout ${id}`);
  return rollout;
}

async function holdOf(id: string): Promise<string | undefined> {
  const { state } = await getRollout(id);
  return 'holds' in state ? state.holds?.find(({ reason }) => reason === 'measurement')?.detail : undefined;
}

async function refusalsOf(node: Node, guard: object): Promise<readonly string[]> {
  const outcome = await plan(node, { providerGuards: [{ ...GUARD, ...guard }] });
  return outcome.kind === 'refused' ? outcome.refusals.map(({ path, detail }) => `${path.join('.')}: ${detail}`) : [];
}

test('a guard holds until its provider has answered well, and its failure serves control to everyone', async () => {
  const node = await startNode();
  const id = await start(node);
  expect(await holdOf(id)).toBe('http-errors must be measured by web first.');
  await platform.advance(1_000);
  await expect.poll(() => holdOf(id)).toBeUndefined();
  expect(standIn.requests).toMatchObject([{ path: '/errors?of=on' }]);
  standIn.reply(replyJson({ n: 9 }));
  await platform.advance(10_000);
  await expect
    .poll(async () => (await getRollout(id)).state)
    .toMatchObject({
      cause: { kind: 'limit', guard: 'http-errors', detail: 'failed (1) > failureLimit (0)' },
    });
  const flag = await storage.findDocument(FLAG);
  expect(flag && flagDocumentOf(flag).fallthrough).toEqual({ kind: 'variation', variation: 'off' });
  const view = await viewOfRollout({ ...node, storage, countConfirmations }, await getRollout(id));
  expect(view.measurements).toMatchObject([
    {
      name: 'http-errors',
      verdict: 'failed',
      counts: { good: 1, failed: 1 },
      lastAnswer: { arms: { treatment: { value: 9 } } },
    },
  ]);
  // What is rolled back is measured no more.
  await platform.advance(60_000);
  expect(standIn.requests).toHaveLength(2);
});

test('a provider that is away holds, is named, and is gone on with when it is back', async () => {
  const node = await startNode();
  const id = await start(node);
  standIn.reply(replyText('<html>', 503));
  await platform.advance(1_000);
  await expect.poll(() => holdOf(id)).toContain('is an error: unavailable');
  const view = await viewOfRollout({ ...node, storage, countConfirmations }, await getRollout(id));
  expect(view.measurements).toMatchObject([{ verdict: 'running', lastError: { class: 'unavailable' } }]);
  expect(view.measurements?.[0]?.nextAtMs).toBeGreaterThan(platform.nowMs());
  standIn.reply(replyJson({ n: 1 }));
  await platform.advance(11_000);
  await expect.poll(() => holdOf(id)).toBeUndefined();
});

test('a paused rollout is guarded still', async () => {
  const node = await startNode();
  const id = await start(node);
  await node.controller.command({ environment: ENVIRONMENT, rolloutId: id }, { kind: 'pause', by: ANN, reason: '' });
  standIn.reply(replyJson({ n: 9 }));
  await platform.advance(1_000);
  await platform.advance(10_000);
  await expect.poll(async () => (await getRollout(id)).state).toMatchObject({ cause: { kind: 'limit' } });
});

test('whoever takes over goes on where the measuring stood, and asks nothing twice', async () => {
  const first = await startNode('one');
  const limits = { ...GUARD.limits, failureLimit: 1, interval: '60s' };
  const id = await start(first, { providerGuards: [{ ...GUARD, limits }] });
  standIn.reply(replyJson({ n: 9 }));
  await platform.advance(1_000);
  await expect.poll(() => holdOf(id)).toContain('not good');
  expect(standIn.requests).toHaveLength(1);
  await first.stop();
  nodes.splice(0);
  const second = await startNode('two');
  await second.controller.look(ENVIRONMENT);
  await platform.advance(30_000);
  expect(standIn.requests).toHaveLength(1);
  await platform.advance(31_000);
  await expect
    .poll(async () => (await getRollout(id)).state)
    .toMatchObject({
      cause: { kind: 'limit', detail: 'failed (2) > failureLimit (1)' },
    });
});

test('a plan is refused whose guard could never be measured, with the place of what is wrong', async () => {
  const node = await startNode();
  expect(await refusalsOf(node, { provider: 'nobody' })).toEqual([
    expect.stringMatching(/^providerGuards\.0\.provider: .*no metric provider nobody/),
  ]);
  standIn.reply(replyText('no such metric', 400));
  expect(await refusalsOf(node, {})).toEqual([expect.stringMatching(/^providerGuards\.0\.query: bad_query/)]);
  expect(await refusalsOf(node, { limits: { interval: '10s' } })).toContainEqual(
    expect.stringContaining('providerGuards.0.limits.failureCondition'),
  );
  // Away just now, or without data, is no fault of the plan.
  standIn.reply(replyText('', 503));
  expect(await refusalsOf(node, {})).toEqual([]);
});
