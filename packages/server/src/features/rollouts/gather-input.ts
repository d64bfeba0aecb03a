import {
  assess,
  type Confirmation,
  type DecisionInput,
  type EvidenceSummary,
  type RolloutAssessment,
  type RolloutCommand,
  type RolloutState,
  stageIndexOf,
} from '@tidegate/analysis';
import type { RolloutRow, Storage } from '../../storage/storage.ts';
import type { Accounting } from '../events/index.ts';

/** Where the revision that a kill wrote, and who has it, is known. */
export type CountConfirmations = (environment: string, revision: number) => Promise<Confirmation>;

export interface GatherOptions {
  readonly storage: Storage;
  readonly accounting: Accounting;
  readonly countConfirmations: CountConfirmations;
}

/**
 * Reads everything that `decide` may look at. The node that holds the environment's lease has the evidence in memory;
 * any other node (an operator's abort may reach it first) takes what the last decision was made from.
 */
export async function gatherInput(
  options: GatherOptions,
  rollout: RolloutRow,
  moment: { command: RolloutCommand | null; nowMs: number; lastLookAtMs: number | null },
): Promise<DecisionInput> {
  const summary = await findSummary(options, rollout);
  const state = await withKillRevision(options.storage, rollout);
  return {
    plan: rollout.plan,
    state,
    summary,
    assessment: assessRollout(rollout, summary),
    confirmation: await confirmationOf(options, rollout.environment, state),
    ...moment,
  };
}

export async function findSummary(options: GatherOptions, rollout: RolloutRow): Promise<EvidenceSummary> {
  const { storage, accounting } = options;
  const live = accounting.holding(rollout.environment)?.accountant.summary(rollout.id, rollout.epoch);
  if (live !== undefined) return live;
  const [last] = await storage.listDecisions(rollout.id, { limit: 1 });
  return last?.input.summary ?? noEvidence(rollout);
}

export function assessRollout(rollout: RolloutRow, summary: EvidenceSummary): RolloutAssessment {
  const { plan, state } = rollout;
  const stageIndex = stageIndexOf(state, plan.stages.length) ?? 0;
  const stage = plan.stages[stageIndex] ?? { treatmentPpm: 0 };
  return assess({ summary, guards: plan.guards, alpha: plan.alpha, stageIndex, stage });
}

/** The kill's own transaction could not know the revision that it was about to take: it is found beside it. */
async function withKillRevision(storage: Storage, rollout: RolloutRow): Promise<RolloutState> {
  const { state } = rollout;
  if (state.kind !== 'aborting' || state.revision !== null) return state;
  const decisions = await storage.listDecisions(rollout.id, { limit: DECISIONS_BACK_MAX });
  const kill = decisions.find((row) => row.decision.kind === 'kill');
  return { ...state, revision: kill?.revision ?? (await storage.currentRevision(rollout.environment)) };
}

/** A kill is the last or last but one decision of a rollout; a few more do no harm. */
const DECISIONS_BACK_MAX = 10;

async function confirmationOf(options: GatherOptions, environment: string, state: RolloutState): Promise<Confirmation> {
  if (state.kind !== 'aborting' || state.revision === null) return { connectedCount: 0, confirmedCount: 0 };
  return options.countConfirmations(environment, state.revision);
}

function noEvidence(rollout: RolloutRow): EvidenceSummary {
  return {
    rolloutId: rollout.id,
    epoch: rollout.epoch,
    // Which way harm lies is read with the first record; without evidence it makes no difference.
    guards: rollout.plan.guards.map(({ metric }) => ({ metric, harm: 'up' })),
    strata: [],
    crossoverCount: 0,
    unmatchedOutcomeCount: 0,
    waitingOutcomeCount: 0,
    browserUnitCount: 0,
    unitCount: 0,
    lastExposureAtMs: null,
    newestRecordAtMs: 0,
  };
}
