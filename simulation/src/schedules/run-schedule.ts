import {
  applyRecord,
  assess,
  createEvidence,
  type DecisionInput,
  decide,
  type EpochPlan,
  type EventBatch,
  eventOfFlag,
  type HoldReason,
  type RolloutState,
  summarize,
} from '@tidegate/analysis';
import { positionPpm, seedOf } from '@tidegate/evaluation';
import { seededRandom } from '@tidegate/testkit';
import { Fleet } from '../fleet.ts';
import { type Scenario, TICK_MS } from '../scenario.ts';

/** What happens around one rollout on one day. */
export interface Schedule extends Scenario {
  /** Ticks whose events never arrive: applications are served as ever, and nobody hears of it. */
  readonly isLost?: (tick: number) => boolean;
  /** Ticks whose exposures arrive and whose outcomes do not: whoever sends the metric is down. */
  readonly isSilent?: (tick: number) => boolean;
}

export interface RanSchedule {
  readonly end: RolloutState;
  readonly minutes: number;
  /** Every share that was served, in order, with the minute from which on. */
  readonly served: readonly { readonly treatmentPpm: number; readonly minute: number }[];
  /** Every reason that ever held it. */
  readonly holds: ReadonlySet<HoldReason>;
  /** Whether each decision that changed something was the same again from its input as JSON. */
  readonly isReproducible: boolean;
}

const START_AT_MS = 1_700_000_000_000;
const CONFIRMED = { connectedCount: 1, confirmedCount: 1 };
const ENDED: readonly RolloutState['kind'][] = ['succeeded', 'rolledBack', 'cancelled'];

/** The real books, the real assessment and the real decision, tick after tick, until the rollout or the day is over. */
export function runSchedule(seed: number, schedule: Schedule): RanSchedule {
  const random = seededRandom(seed);
  const { plan } = schedule;
  const epoch = epochOf(schedule, `salt-${seed}`);
  const fleet = new Fleet({
    scenario: schedule,
    random,
    seed: epoch.seed,
    events: epoch.guards.map(({ event }) => event),
  });
  const evidence = applyRecord(createEvidence({ positionPpm }), {
    kind: 'epoch-opened',
    atMs: START_AT_MS,
    plan: epoch,
  });
  const served: { treatmentPpm: number; minute: number }[] = [];
  const holds = new Set<HoldReason>();
  let state: RolloutState = { kind: 'scheduled', startAtMs: START_AT_MS };
  let isReproducible = true;
  let tick = 0;
  for (; tick < schedule.tickCount && !ENDED.includes(state.kind); tick++) {
    const nowMs = START_AT_MS + tick * TICK_MS;
    const stageIndex = 'stageIndex' in state ? state.stageIndex : 0;
    const treatmentPpm = served.at(-1)?.treatmentPpm ?? 0;
    const visited = fleet.visit(tick, { stageIndex, treatmentPpm });
    const batch = schedule.isSilent?.(tick) === true ? withoutOutcomes(visited) : visited;
    if (schedule.isLost?.(tick) !== true && treatmentPpm > 0) {
      applyRecord(evidence, { kind: 'batch', receivedAtMs: nowMs, origin: 'server', batch });
    }
    const summary = summarize(evidence, 'r1', 1);
    const stage = plan.stages[stageIndex];
    if (summary === undefined || stage === undefined)
      throw new Error('The epoch or the stage of the schedule is gone.');
    const input: DecisionInput = {
      plan,
      state,
      summary,
      assessment: assess({ summary, guards: plan.guards, alpha: plan.alpha, stageIndex, stage }),
      command: null,
      confirmation: CONFIRMED,
      nowMs,
      lastLookAtMs: nowMs - TICK_MS,
    };
    const decision = decide(input);
    if (decision.changed) {
      const again = decide(JSON.parse(JSON.stringify(input)));
      isReproducible &&= JSON.stringify(again) === JSON.stringify(decision);
    }
    state = published(decision.state);
    for (const { reason } of 'holds' in state ? (state.holds ?? []) : []) holds.add(reason);
    if (decision.serve === undefined) continue;
    const ppm = 'stageIndex' in decision.serve ? (plan.stages[decision.serve.stageIndex]?.treatmentPpm ?? 0) : 0;
    served.push({
      treatmentPpm: decision.serve.kind === 'treatment' ? 1_000_000 : ppm,
      minute: (tick * TICK_MS) / 60_000,
    });
  }
  return { end: state, minutes: (tick * TICK_MS) / 60_000, served, holds, isReproducible };
}

function withoutOutcomes(batch: EventBatch): EventBatch {
  return { ...batch, outcomes: { ...batch.outcomes, event: [], unit: [], value: [], ageMs: [] } };
}

/** The kill's change is durable with the decision; its revision is known from then on. */
function published(state: RolloutState): RolloutState {
  return state.kind === 'aborting' && state.revision === null ? { ...state, revision: 2 } : state;
}

function epochOf({ metrics, plan }: Schedule, salt: string): EpochPlan {
  return {
    rolloutId: 'r1',
    epoch: 1,
    salt,
    seed: seedOf(salt),
    stages: plan.stages,
    guards: metrics.map((metric) => {
      const maxRate = plan.guards.find((guard) => guard.metric === metric.key)?.maxRate;
      return {
        ...metric,
        event: eventOfFlag(metric.event, plan.flagKey),
        ...(maxRate === undefined ? {} : { maxRate }),
      };
    }),
  };
}
