import type { Actor, EvidenceSummary, RolloutCommand, RolloutState } from '@tidegate/analysis';
import type { WrittenPlan } from '@tidegate/analysis/plans';
import type { FlagDocument } from '@tidegate/protocol';
import fc from 'fast-check';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { type ManualPlatform, manualPlatform } from '../../manual-platform.fixture.ts';
import { openSqliteStorage } from '../../storage/sqlite/sqlite-storage.ts';
import type { LeaseToken, RolloutRow, SaveDecisionOutcome, Storage } from '../../storage/storage.ts';
import { setUpFirstEnvironment } from '../environments/index.ts';
import { flagDocumentOf } from '../flags/index.ts';
import { createRollout } from './create-rollout.ts';
import { RolloutController } from './rollout-controller.ts';

/**
 * The real controller over the real storage, in virtual time, under everything that can happen to it: commands,
 * evidence of every kind, writes that fail before or after they are durable, restarts, another node that takes the
 * lease, clocks that jump. What must hold is checked after each step. `ROLLOUT_MODEL_RUNS` asks for more walks.
 */
const RUNS = Number(process.env['ROLLOUT_MODEL_RUNS'] ?? 25);
const STEPS_MAX = 60;
const SEED = 20_261_122;

const ENVIRONMENT = 'default/production';
const FLAG = { environment: ENVIRONMENT, kind: 'flag', key: 'new-checkout' } as const;
const by: Actor = { kind: 'key', id: 'k', name: 'Ann' };
const LEASE = `accountant:${ENVIRONMENT}`;
/** Nobody loses the lease by the passing of time; a takeover frees it, as if its holder had fallen silent. */
const LEASE_MS = 365 * 86_400_000;
/** Every wait of this plan has an end: no traffic for an hour, or a day in all. */
const PLAN: WrittenPlan = {
  flagKey: FLAG.key,
  treatment: 'on',
  control: 'off',
  stages: [100_000, 250_000, 500_000, 1_000_000].map((treatmentPpm) => ({
    treatmentPpm,
    dwellMs: 60_000,
    minUnits: 10,
  })),
  bakeMs: 60_000,
  maxDuration: { afterMs: 86_400_000, then: 'abort' },
};

type Evidence = 'good' | 'harmful' | 'none' | 'crossed';
type Fault = 'none' | 'before' | 'after';

type Step =
  | { readonly kind: 'look'; readonly fault: Fault }
  | { readonly kind: 'time'; readonly durationMs: number }
  | { readonly kind: 'evidence'; readonly evidence: Evidence }
  | { readonly kind: 'command'; readonly command: RolloutCommand; readonly fault: Fault }
  | { readonly kind: 'restart' }
  | { readonly kind: 'takeover' }
  | { readonly kind: 'lookOfOldNode' }
  | { readonly kind: 'confirm'; readonly isConfirmed: boolean };

const fault = fc.constantFrom<Fault>('none', 'none', 'none', 'before', 'after');
const order = { by, reason: '' };
const commands = fc.oneof(
  fc
    .constantFrom('start', 'pause', 'resume', 'promote', 'undo', 'freeze', 'abort')
    .map((kind): RolloutCommand => ({ ...order, kind })),
  fc
    .constantFrom('retry', 'unfreeze')
    .chain((kind) => fc.boolean().map((acceptRisk): RolloutCommand => ({ ...order, kind, acceptRisk }))),
  fc.constantFrom('approve', 'reject').map((kind): RolloutCommand => ({ ...order, kind, role: 'admin' })),
  fc
    .tuple(fc.nat({ max: 4 }), fc.boolean())
    .map(([stageIndex, acceptRisk]): RolloutCommand => ({ ...order, kind: 'jump', stageIndex, acceptRisk })),
  fc.constant<RolloutCommand>({ ...order, kind: 'promote', full: true }),
  fc.constant<RolloutCommand>({ ...order, kind: 'abort', gradual: true }),
);
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fault.map((fault): Step => ({ kind: 'look', fault })) },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(500, 5_000, 30_000, 59_000, 61_000, 3_600_000, -120_000)
      .map((durationMs): Step => ({ kind: 'time', durationMs })),
  },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom<Evidence>('good', 'good', 'good', 'harmful', 'none', 'crossed')
      .map((evidence): Step => ({ kind: 'evidence', evidence })),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('command' as const), command: commands, fault }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Step>(
      { kind: 'restart' },
      { kind: 'takeover' },
      { kind: 'lookOfOldNode' },
      { kind: 'confirm', isConfirmed: true },
      { kind: 'confirm', isConfirmed: false },
    ),
  },
);

const lookNow: Step = { kind: 'look', fault: 'none' };
const pass = (durationMs: number): Step => ({ kind: 'time', durationMs });
const commanded = (command: RolloutCommand): Step => ({ kind: 'command', command, fault: 'none' });

const come = (evidence: Evidence): Step => ({ kind: 'evidence', evidence });
const confirm = (isConfirmed: boolean): Step => ({ kind: 'confirm', isConfirmed });

/** What chance alone would hardly ever string together. */
const episodes = fc.oneof(
  // A stage that is watched to its end, and on.
  fc
    .integer({ min: 3, max: 9 })
    .map((looks): readonly Step[] => [
      come('good'),
      confirm(true),
      ...Array.from({ length: looks }, () => [pass(30_000), lookNow]).flat(),
    ]),
  // Words to a rollout whose kill SDKs have yet to confirm.
  fc
    .array(commands, { minLength: 1, maxLength: 3 })
    .map((said): readonly Step[] => [confirm(false), come('harmful'), lookNow, ...said.map(commanded)]),
  fc.constant<readonly Step[]>([commanded({ ...order, kind: 'pause' }), come('harmful'), lookNow]),
  // A node that hung comes back when its time at a stage has passed.
  fc.constant<readonly Step[]>([{ kind: 'takeover' }, pass(61_000), { kind: 'lookOfOldNode' }]),
);
const walks = fc
  .array(fc.oneof({ weight: 5, arbitrary: steps.map((step) => [step]) }, { weight: 2, arbitrary: episodes }), {
    minLength: 10,
    maxLength: STEPS_MAX,
  })
  .map((parts) => parts.flat());

/** One node: its controller, the lease that it believes to hold, and how its next write fails. */
interface Node {
  readonly controller: RolloutController;
  readonly lease: LeaseToken;
  fault: Fault;
}

class World {
  readonly platform: ManualPlatform;
  readonly storage: Storage;
  rolloutId = '';
  evidence: Evidence = 'good';
  isConfirmed = true;
  /** How far the wall clock was set back or forth, beside the time that passed. */
  clockMs = 0;
  node!: Node;
  oldNode: Node | null = null;
  takeovers = 0;
  /** Every decision that became durable, and the lease it was made under; null for a command. */
  readonly saved: { readonly lease: LeaseToken | null; readonly outcome: SaveDecisionOutcome }[] = [];

  constructor() {
    this.platform = manualPlatform((error) => {
      throw error;
    });
    this.storage = openSqliteStorage({ file: ':memory:', nowMs: this.platform.nowMs });
  }

  nowMs = () => this.platform.nowMs() + this.clockMs;

  async open(): Promise<void> {
    const { storage, platform } = this;
    await storage.migrate();
    await setUpFirstEnvironment({ ...platform, storage });
    const change = { ...FLAG, document: DOCUMENT, archived: false, action: 'created', actor: by, reason: '', atMs: 0 };
    await storage.appendChange({ ...change, expectedRevision: 0 });
    await this.takeOver();
    const outcome = await createRollout({ storage, platform }, { environment: ENVIRONMENT, plan: PLAN, by });
    if (outcome.kind === 'refused') throw new Error(outcome.refusals[0].detail);
    this.rolloutId = outcome.rollout.id;
  }

  /** The next node's lease has a higher epoch; the node before goes on believing in its own. */
  async takeOver(): Promise<void> {
    this.oldNode = this.takeovers === 0 ? null : this.node;
    if (this.oldNode !== null) await this.storage.releaseLease(this.oldNode.lease);
    this.takeovers += 1;
    const lease = await this.storage.acquireLease(LEASE, `node-${this.takeovers}`, LEASE_MS);
    if (lease === undefined) throw new Error('the lease should be free');
    this.node = this.start(lease);
  }

  /** A process begins, knowing nothing but what is stored. */
  start(lease: LeaseToken): Node {
    const { storage, platform } = this;
    const node: Node = {
      lease,
      fault: 'none',
      controller: new RolloutController({
        storage: { ...storage, saveDecision: (decision, lease) => this.save(node, { decision, lease }) },
        accounting: {
          holding: () => ({
            lease,
            accountant: {
              summary: (id, epoch) => this.summary(id, epoch),
              stage: () => undefined,
              sdkHealth: () => undefined,
            },
          }),
          held: () => [ENVIRONMENT],
          onEvidence: () => undefined,
          wake: () => undefined,
        },
        platform: { ...platform, nowMs: this.nowMs },
        node: lease.holder,
        countConfirmations: async () => ({ connectedCount: 2, confirmedCount: this.isConfirmed ? 2 : 1 }),
        log: pino({ level: 'silent' }),
        onDecision: () => undefined,
      }),
    };
    return node;
  }

  async save(node: Node, write: { decision: Parameters<Storage['saveDecision']>[0]; lease: LeaseToken | null }) {
    const { fault } = node;
    node.fault = 'none';
    if (fault === 'before') throw new Error('away before the write');
    const outcome = await this.storage.saveDecision(write.decision, write.lease);
    this.saved.push({ lease: write.lease, outcome });
    if (fault === 'after') throw new Error('away after the write');
    return outcome;
  }

  summary(rolloutId: string, epoch: number): EvidenceSummary {
    const { evidence } = this;
    const events = evidence === 'harmful' ? { control: 10, treatment: 400 } : { control: 20, treatment: 20 };
    const units = evidence === 'none' ? { control: 0, treatment: 0 } : { control: 1_000, treatment: 1_000 };
    return {
      rolloutId,
      epoch,
      guards: [{ metric: 'run-errors', harm: 'up' }],
      strata: [0, 1, 2, 3].map((stageIndex) => ({
        stageIndex,
        formerControlOf: null,
        treatmentShare: 0.5,
        units,
        events: { 'run-errors': evidence === 'none' ? units : events },
      })),
      crossoverCount: evidence === 'crossed' ? 500 : 0,
      unmatchedOutcomeCount: 0,
      waitingOutcomeCount: 0,
      browserUnitCount: 0,
      unitCount: units.control * 8,
      lastExposureAtMs: evidence === 'none' ? null : this.nowMs(),
      newestRecordAtMs: this.nowMs(),
    };
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'look':
        this.node.fault = step.fault;
        await this.node.controller.look(ENVIRONMENT);
        this.node.fault = 'none';
        return;
      case 'time':
        if (step.durationMs < 0) this.clockMs += step.durationMs;
        else await this.platform.advance(step.durationMs);
        return;
      case 'evidence':
        this.evidence = step.evidence;
        return;
      case 'command':
        this.node.fault = step.fault;
        await this.command(step.command);
        this.node.fault = 'none';
        return;
      case 'restart':
        this.node = this.start(this.node.lease);
        return;
      case 'takeover':
        return this.takeOver();
      case 'lookOfOldNode':
        await this.oldNode?.controller.look(ENVIRONMENT);
        return;
      case 'confirm':
        this.isConfirmed = step.isConfirmed;
        return;
      default:
        throw step satisfies never;
    }
  }

  /** An operator whose request broke off; the look that every command causes is waited for. */
  async command(command: RolloutCommand): Promise<void> {
    const target = { environment: ENVIRONMENT, rolloutId: this.rolloutId };
    await this.node.controller.command(target, command).catch((error: unknown) => {
      if (!(error instanceof Error && error.message.startsWith('away'))) throw error;
    });
    await this.node.controller.look(ENVIRONMENT);
  }

  async rollout(): Promise<RolloutRow> {
    const row = await this.storage.findRollout(ENVIRONMENT, this.rolloutId);
    if (row === undefined) throw new Error('the rollout is gone');
    return row;
  }

  async servedPpm(): Promise<number> {
    const row = await this.storage.findDocument(FLAG);
    if (row === undefined) throw new Error('the flag is gone');
    const serve = flagDocumentOf(row).fallthrough;
    if (serve.kind === 'rollout') return serve.treatmentPpm;
    return serve.kind === 'variation' && serve.variation === 'on' ? 1_000_000 : 0;
  }
}

const DOCUMENT: FlagDocument = {
  key: FLAG.key,
  kind: 'boolean',
  description: '',
  tags: [],
  owner: '',
  temporary: true,
  variations: [
    { key: 'off', value: false },
    { key: 'on', value: true },
  ],
  enabled: true,
  offVariation: 'off',
  prerequisites: [],
  targets: [],
  rules: [],
  clientSide: 'off',
  fallthrough: { kind: 'variation', variation: 'off' },
  salt: 'salt',
  createdAtMs: 0,
};

const RAISES_BY_HAND: readonly string[] = ['promote', 'jump', 'resume', 'start', 'retry', 'unfreeze'];
const SERVING: readonly RolloutState['kind'][] = ['progressing', 'paused', 'baking'];
const isKilled = ({ kind }: RolloutState) => kind === 'aborting' || kind === 'rolledBack';

/** Everything that was decided in one step, oldest first, each held to the promises. */
async function check(world: World, fromSequence: number): Promise<number> {
  const decisions = (await world.storage.listDecisions(world.rolloutId, { limit: 200 })).toReversed();
  for (const { sequence, decision, input } of decisions.filter((one) => one.sequence > fromSequence)) {
    const [from, to] = [sharePpmOf(input.state, input.plan.stages), sharePpmOf(decision.state, input.plan.stages)];
    const what = `${sequence}: ${input.state.kind} ${decision.kind} ${decision.state.kind}`;
    if (isKilled(input.state)) expect(to, `${what} raises after a kill`).toBeLessThanOrEqual(from);
    if (isKilled(input.state) && decision.state.kind === 'scheduled') expect(input.command?.kind).toBe('retry');
    if (to <= from) continue;
    if (input.command === null) {
      expect(stageOf(decision.state) - stageOf(input.state), `${what} leaps`).toBeLessThanOrEqual(1);
      if (input.state.kind !== 'scheduled') {
        expect(input.summary.unitCount, `${what} without evidence`).toBeGreaterThan(0);
        expect(input.assessment.logEvidence, `${what} under harm`).toBeLessThan(input.assessment.logThreshold);
        expect(input.confirmation.confirmedCount, `${what} unconfirmed`).toBe(input.confirmation.connectedCount);
      }
    } else expect(RAISES_BY_HAND).toContain(input.command.kind);
  }
  const rollout = await world.rollout();
  const servedPpm = await world.servedPpm();
  // The state and the served rule are one transaction: they agree at every instant.
  expect(servedPpm).toBe(sharePpmOf(rollout.state, rollout.plan.stages));
  if (rollout.state.kind === 'rolledBack') expect(servedPpm).toBe(0);
  for (const { lease, outcome } of world.saved.splice(0)) {
    if (lease !== null && lease.epoch < world.node.lease.epoch) expect(outcome.kind).toBe('lease-lost');
  }
  return decisions.at(-1)?.sequence ?? 0;
}

function sharePpmOf(state: RolloutState, stages: RolloutRow['plan']['stages']): number {
  switch (state.kind) {
    case 'progressing':
    case 'baking':
      return stages[state.stageIndex]?.treatmentPpm ?? 0;
    case 'paused':
    case 'frozen':
      return sharePpmOf(state.resume, stages);
    case 'aborting':
      return state.lowering?.treatmentPpm ?? 0;
    case 'succeeded':
      return 1_000_000;
    case 'draft':
    case 'scheduled':
    case 'rolledBack':
    case 'cancelled':
      return 0;
    default:
      throw state satisfies never;
  }
}

function stageOf(state: RolloutState): number {
  if (state.kind === 'paused' || state.kind === 'frozen') return state.resume.stageIndex;
  return 'stageIndex' in state ? state.stageIndex : -1;
}

test(
  'whatever happens, no kill is lost, nothing rises unwatched, and every wait ends',
  async () => {
    const property = fc.asyncProperty(walks, async (walk) => {
      const world = new World();
      try {
        await world.open();
        let sequence = 0;
        for (const step of walk) {
          const before = (await world.rollout()).state;
          await world.take(step);
          sequence = await check(world, sequence);
          const isHarmSeen = step.kind === 'look' && step.fault === 'none' && world.evidence === 'harmful';
          if (isHarmSeen && SERVING.includes(before.kind)) {
            expect(isKilled((await world.rollout()).state), `harm is seen while ${before.kind}`).toBe(true);
          }
        }
        await expectEnd(world, sequence);
      } finally {
        await world.storage.close();
      }
    });
    await fc.assert(property, { seed: SEED, numRuns: RUNS });
  },
  RUNS * 4_000,
);

/** Left alone without traffic, with nobody to decide: the plan's own deadlines end it. A paused one too. */
async function expectEnd(world: World, from: number): Promise<void> {
  world.evidence = 'none';
  world.isConfirmed = false;
  let sequence = from;
  const ended = ['succeeded', 'rolledBack', 'cancelled'];
  for (let hour = 0; hour < 30 && !ended.includes((await world.rollout()).state.kind); hour += 1) {
    await world.take({ kind: 'time', durationMs: 3_600_000 });
    await world.take({ kind: 'look', fault: 'none' });
    sequence = await check(world, sequence);
  }
  expect(ended).toContain((await world.rollout()).state.kind);
}
