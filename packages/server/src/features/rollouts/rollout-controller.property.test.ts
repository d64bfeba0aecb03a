import { type DecisionInput, DOWNTIME_MS, type RolloutPlan, type RolloutState, stageIndexOf } from '@tidegate/analysis';
import { compile, evaluate, positionPpm, seedOf, unitHashes } from '@tidegate/evaluation';
import { buildFlag } from '@tidegate/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DecisionRow } from '../../storage/storage.ts';
import { CAP_PPM, scenarios } from './rollout-steps.fixture.ts';
import { RolloutWorld } from './rollout-world.fixture.ts';

/**
 * The real controller over the real storage, in virtual time, under everything that can happen to it: commands,
 * evidence of every kind, gates, adapters, providers and SDKs that say this or that, writes that fail before or after
 * they are durable, restarts, another node that takes the lease, clocks that jump. What must hold is checked after each
 * step, from what is stored and served alone. `ROLLOUT_MODEL_RUNS` asks for more walks, `ROLLOUT_MODEL_SEED` for others.
 */
const RUNS = Number(process.env['ROLLOUT_MODEL_RUNS'] ?? 25);
const SEED = Number(process.env['ROLLOUT_MODEL_SEED'] ?? 20_261_122);
/** Of one walk; far more than it takes. */
const WALK_MAX_MS = 4_000;

const FULL_PPM = 1_000_000;
const RAISES_BY_HAND: readonly string[] = ['promote', 'jump', 'start', 'unfreeze'];
/** A person tries it again, or takes the rule. */
const PAST_A_KILL: readonly (string | undefined)[] = ['retry', 'supersede'];
const SERVING: readonly RolloutState['kind'][] = ['progressing', 'paused', 'baking', 'heldBack'];
const ENDED: readonly RolloutState['kind'][] = ['succeeded', 'rolledBack', 'cancelled', 'superseded'];
const isKilled = ({ kind }: RolloutState) => kind === 'aborting' || kind === 'rolledBack';

test(
  'whatever happens, no kill is lost, nothing rises unwatched, and every wait ends',
  async () => {
    const property = fc.asyncProperty(scenarios, async ({ plan: written, walk }) => {
      const world = await RolloutWorld.open(written);
      try {
        let sequence = 0;
        for (const step of walk) {
          const { state: before, plan } = await world.rollout();
          await world.take(step);
          sequence = await check(world, sequence);
          const isSeen = step.kind === 'look' && step.fault === 'none' && showsHarm(world, plan);
          if (!isSeen || !SERVING.includes(before.kind)) continue;
          const { state } = await world.rollout();
          const isAnswered = isKilled(state) || (plan.onHarm === 'freeze' && state.kind === 'frozen');
          expect(isAnswered, `harm is seen while ${before.kind}`).toBe(true);
        }
        await expectEnd(world, sequence);
      } finally {
        await world.storage.close();
      }
    });
    await fc.assert(property, { seed: SEED, numRuns: RUNS });
  },
  RUNS * WALK_MAX_MS,
);

function showsHarm({ evidence, outside }: RolloutWorld, { providerGuards }: RolloutPlan): boolean {
  const isMeasured = providerGuards !== undefined && outside.measured === 'failed';
  return evidence === 'harmful' || outside.sdks === 'broken' || isMeasured;
}

/** Everything that was decided in one step, oldest first, each held to the promises; and what is served then. */
async function check(world: RolloutWorld, fromSequence: number): Promise<number> {
  const { id, state, plan, anchor } = await world.rollout();
  const decisions = (await world.storage.listDecisions(id, { limit: 200 })).toReversed();
  for (const row of decisions.filter((one) => one.sequence > fromSequence)) checkDecision(row);
  // The state and the served rule are one transaction: they agree at every instant.
  const served = await world.served();
  if (state.kind === 'superseded') {
    const given = decisions.find(({ decision }) => decision.kind === 'supersede')?.decision.serve;
    expect(given, 'what a person gave the rule is for good').toEqual({ kind: 'given', serve: served });
  } else {
    expect(sharePpmServed(served)).toBe(sharePpmOf(state, plan));
    if (plan.caps !== undefined) checkCaps(served);
  }
  const servesControl = isKilled(state) && !(state.kind === 'aborting' && state.lowering !== undefined);
  if (servesControl || state.kind === 'cancelled') expect(served, `${state.kind}, but not the anchor`).toEqual(anchor);
  for (const { lease, isCommanded, outcome } of world.written.splice(0)) {
    if (!isCommanded && lease.epoch < world.lease.epoch) expect(outcome.kind).toBe('lease-lost');
  }
  return decisions.at(-1)?.sequence ?? fromSequence;
}

type Served = Awaited<ReturnType<RolloutWorld['served']>>;

/** Whatever the share is: of whom a cap holds for, those below both are treated, and nobody else. */
function checkCaps(fallthrough: Served): void {
  const flag = buildFlag({ salt: 'salt', fallthrough });
  const rules = compile({ revision: 1, flags: [flag], segments: [] });
  for (const [unit, position] of POSITIONS) {
    for (const [country, capPpm] of Object.entries({ DE: CAP_PPM, FR: 0, IT: FULL_PPM })) {
      const { variation } = evaluate(rules, flag.key, { targetingKey: unit, country });
      expect(variation === 'on', `${unit} in ${country}`).toBe(
        position < Math.min(capPpm, sharePpmServed(fallthrough)),
      );
    }
  }
}

const POSITIONS = Array.from({ length: 16 }, (_, index) => {
  const unit = `unit-${index}`;
  return [unit, positionPpm(unitHashes(unit).h0, seedOf('salt'))] as const;
});

function checkDecision({ sequence, decision, input }: DecisionRow): void {
  const { command, plan, state } = input;
  const [fromPpm, toPpm] = [sharePpmOf(state, plan), sharePpmOf(decision.state, plan)];
  const what = `${sequence}: ${state.kind} ${decision.kind} ${decision.state.kind}`;
  if (isKilled(state)) {
    expect(toPpm, `${what} raises after a kill`).toBeLessThanOrEqual(fromPpm);
    if (!isKilled(decision.state)) expect(PAST_A_KILL, `${what} forgets a kill`).toContain(command?.kind);
  }
  if (toPpm <= fromPpm) return;
  const [from, to] = [stageOf(state, plan), stageOf(decision.state, plan)];
  const isAtOnce =
    command?.kind === 'promote' ? command.full === true : command?.kind === 'jump' && command.acceptRisk === true;
  if (!isAtOnce) expect(to - from, `${what} leaps`).toBeLessThanOrEqual(1);
  if (command !== null) expect(RAISES_BY_HAND).toContain(command.kind);
  expect(mayNot(input, from, to), `${what} passes what nobody may`).toEqual([]);
  if (command === null && state.kind !== 'scheduled') expect(lacks(input), `${what} unwatched`).toEqual([]);
}

/** What no single person may pass: another's freeze, and approvals of the stages on the way. */
function mayNot({ plan, state, freeze, author, nowMs }: DecisionInput, from: number, to: number): readonly string[] {
  const isFrozen = freeze != null && (freeze.untilMs === null || nowMs < freeze.untilMs);
  const asked = plan.stages.slice(from + 1, to + 1).filter(({ approval }) => approval !== undefined);
  const given = 'approvals' in state ? (state.approvals ?? []) : [];
  const isApproved = asked.length === 0 || given.some(({ by }) => by.id !== author?.id);
  return [...(isFrozen ? ['freeze'] : []), ...(isApproved ? [] : ['approval'])];
}

/** What a rise without a person's word lacks, told from the stored input by other words than the rules'. */
function lacks(input: DecisionInput): readonly string[] {
  const { plan, state, summary, assessment, confirmation, nowMs, lastLookAtMs, sdkHealth } = input;
  const stage = state.kind === 'progressing' || state.kind === 'baking' ? state : null;
  const stayMs = stage?.kind === 'baking' ? plan.bakeMs : (plan.stages[stage?.stageIndex ?? 0]?.dwellMs ?? 0);
  const nextPpm = plan.stages[(stage?.stageIndex ?? 0) + 1]?.treatmentPpm;
  const isRise = stage?.kind === 'progressing';
  const needs: Readonly<Record<string, boolean>> = {
    evidence: stage === null || summary.unitCount > 0,
    'no harm': assessment.logEvidence < assessment.logThreshold,
    'no crossover': stage === null || summary.crossoverCount === 0,
    confirmation: confirmation.confirmedCount >= confirmation.connectedCount,
    time: stage === null || nowMs - stage.stageEnteredAtMs >= stayMs,
    watching: stage === null || (lastLookAtMs !== null && nowMs - lastLookAtMs <= DOWNTIME_MS),
    window: !isRise || plan.windows === undefined || input.window?.isOpen === true,
    gates: !isRise || (plan.gates ?? []).every(({ name }) => isOpen(input, name)),
    traffic: !isRise || (input.traffic ?? []).every(({ appliedPpm }) => appliedPpm === nextPpm),
    measurements: stage === null || (input.measured?.metrics ?? []).every(({ verdict }) => verdict === 'successful'),
    'whole events': stage === null || sdkHealth?.lostEventCount === 0,
    'closed breakers': sdkHealth?.openBreakerCount === 0,
  };
  return Object.keys(needs).filter((need) => needs[need] === false);
}

function isOpen({ gates = [] }: DecisionInput, name: string): boolean {
  return gates.some((gate) => gate.name === name && gate.answer === 'open');
}

function sharePpmServed(serve: Served): number {
  if (serve.kind === 'rollout') return serve.treatmentPpm;
  if (serve.kind === 'split') return serve.ranges.find(({ variation }) => variation === 'on')?.toPpm ?? 0;
  return serve.kind === 'variation' && serve.variation === 'on' ? FULL_PPM : 0;
}

function sharePpmOf(state: RolloutState, plan: RolloutPlan): number {
  switch (state.kind) {
    case 'progressing':
    case 'baking':
      return plan.stages[state.stageIndex]?.treatmentPpm ?? 0;
    case 'paused':
    case 'frozen':
      return sharePpmOf(state.resume, plan);
    case 'heldBack':
      return plan.stages.at(-1)?.treatmentPpm ?? 0;
    case 'aborting':
      return state.lowering?.treatmentPpm ?? 0;
    case 'succeeded':
      return plan.maxTreatmentPpm ?? FULL_PPM;
    case 'draft':
    case 'scheduled':
    case 'rolledBack':
    case 'cancelled':
    case 'superseded':
      return 0;
    default:
      throw state satisfies never;
  }
}

/** -1 before the first; a success is one more than the last. */
function stageOf(state: RolloutState, plan: RolloutPlan): number {
  if (state.kind === 'scheduled') return -1;
  return state.kind === 'succeeded' ? plan.stages.length : (stageIndexOf(state, plan.stages.length) ?? -1);
}

/** Left alone without traffic, with nobody to decide: the plan's own deadlines end it. A paused one too. */
async function expectEnd(world: RolloutWorld, from: number): Promise<void> {
  world.evidence = 'none';
  world.outside = { ...world.outside, isConfirmed: false, isGateOpen: false, isTrafficApplied: false };
  let sequence = from;
  for (let hour = 0; hour < 30 && !ENDED.includes((await world.rollout()).state.kind); hour += 1) {
    await world.take({ kind: 'time', durationMs: 3_600_000 });
    await world.take({ kind: 'look', fault: 'none' });
    sequence = await check(world, sequence);
  }
  expect(ENDED).toContain((await world.rollout()).state.kind);
}
