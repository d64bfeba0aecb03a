import {
  applyRecord,
  assess,
  capsInForce,
  createEvidence,
  type DecisionInput,
  decide,
  type EpochPlan,
  eventOfFlag,
  type RolloutAssessment,
  type RolloutState,
  summarize,
} from '@tidegate/analysis';
import { positionPpm, seedOf } from '@tidegate/evaluation';
import { seededRandom } from '@tidegate/testkit';
import { Fleet, type Served } from './fleet.ts';
import { zTestKills } from './repeated-z-test.ts';
import { type Scenario, TICK_MS } from './scenario.ts';

export interface SimulatedRollout {
  readonly seed: number;
  readonly end: RolloutState['kind'];
  readonly ticks: number;
  /** Exposed units at the end, both arms. */
  readonly units: number;
  /** Whether a z-test at every look would have killed it by then. */
  readonly zTestKilled: boolean;
  readonly sampleRatioFailed: boolean;
}

const START_AT_MS = 1_700_000_000_000;
const CONFIRMED = { connectedCount: 1, confirmedCount: 1 };

/**
 * One rollout in virtual time: the fleet's batches go through the real books, and every tick is looked at by the real
 * assessment and the real decision, whose stage the fleet serves from the next tick on. The seed decides everything.
 */
export function simulateRollout(
  seed: number,
  scenarioOf: (random: ReturnType<typeof seededRandom>) => Scenario,
): SimulatedRollout {
  const random = seededRandom(seed);
  const scenario = scenarioOf(random);
  const epoch = epochOf(scenario, `salt-${seed}`);
  const events = epoch.guards.map(({ event }) => event);
  const fleet = new Fleet({ scenario, random, seed: epoch.seed, events });
  const evidence = applyRecord(createEvidence({ positionPpm }), {
    kind: 'epoch-opened',
    atMs: START_AT_MS,
    plan: epoch,
  });
  let state: RolloutState = { kind: 'scheduled', startAtMs: START_AT_MS };
  let served = servedAt(scenario, 0);
  let [tick, units, zTestKilled, sampleRatioFailed] = [0, 0, false, false];
  for (; tick < scenario.tickCount; tick++) {
    const nowMs = START_AT_MS + tick * TICK_MS;
    const batch = fleet.visit(tick, served);
    applyRecord(evidence, { kind: 'batch', receivedAtMs: nowMs, origin: 'server', batch });
    const input = lookAt(scenario, { evidence, state, nowMs, stageIndex: served.stageIndex });
    const decision = decide(input);
    state = decision.state;
    units = input.summary.unitCount;
    zTestKilled ||= wouldZTestKill(scenario, input.assessment);
    sampleRatioFailed ||= input.assessment.sampleRatio.verdict === 'failed';
    if (decision.serve?.kind === 'stage') served = servedAt(scenario, decision.serve.stageIndex);
    if (state.kind === 'aborting' || state.kind === 'succeeded') break;
  }
  return { seed, end: state.kind, ticks: tick, units, zTestKilled, sampleRatioFailed };
}

function epochOf({ metrics, plan }: Scenario, salt: string): EpochPlan {
  return {
    rolloutId: 'r1',
    epoch: 1,
    salt,
    seed: seedOf(salt),
    stages: plan.stages,
    guards: metrics.map((metric) => ({ ...metric, event: eventOfFlag(metric.event, plan.flagKey) })),
    ...(plan.controlSamplePpm === undefined ? {} : { controlSamplePpm: plan.controlSamplePpm }),
  };
}

interface Look {
  readonly evidence: ReturnType<typeof createEvidence>;
  readonly state: RolloutState;
  readonly nowMs: number;
  readonly stageIndex: number;
}

function lookAt({ plan }: Scenario, { evidence, state, nowMs, stageIndex }: Look): DecisionInput {
  const summary = summarize(evidence, 'r1', 1);
  const stage = plan.stages[stageIndex];
  if (summary === undefined || stage === undefined)
    throw new Error('The epoch or the stage of the simulation is gone.');
  // As the controller looks: without what is only to be shown, by which nothing is decided.
  const assessment = assess({ summary, guards: plan.guards, alpha: plan.alpha, stageIndex, stage, toDecideOnly: true });
  return {
    plan,
    state,
    summary,
    assessment,
    command: null,
    confirmation: CONFIRMED,
    nowMs,
    lastLookAtMs: nowMs - TICK_MS,
  };
}

function servedAt({ plan }: Scenario, stageIndex: number): Served {
  const treatmentPpm = plan.stages[stageIndex]?.treatmentPpm ?? 0;
  const [cap] = capsInForce(plan, treatmentPpm);
  const capped = cap && { treatmentPpm: cap.treatmentPpm, stageIndex: cap.stageIndex ?? 0 };
  return { stageIndex, treatmentPpm, capped };
}

function wouldZTestKill({ metrics }: Scenario, assessment: RolloutAssessment): boolean {
  return assessment.guards.some(({ metric, units, events }) => {
    const harm = metrics.find(({ key }) => key === metric)?.harm ?? 'up';
    return zTestKills(harm, units, events);
  });
}
