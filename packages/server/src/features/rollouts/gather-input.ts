import {
  type AppliedWeight,
  assessRollout,
  type Confirmation,
  type DecisionInput,
  type EnvironmentFreeze,
  type EvidenceSummary,
  type Gate,
  type GateAnswer,
  type Hook,
  type RolloutCommand,
  type RolloutPlan,
  type RolloutState,
  type SdkHealth,
  type StageStratum,
} from '@tidegate/analysis';
import type { RunAssessment } from '@tidegate/analysis/limits';
import type { PlanFlaw } from '@tidegate/analysis/plans';
import type { MeasurementView } from '@tidegate/protocol';
import type { LeaseToken, RolloutRow, Storage } from '../../storage/storage.ts';
import { raiseWindowAt } from './raise-window.ts';
import { servesAnchor } from './rollout-changes.ts';

/** Where the revision that a kill wrote, and who has it, is known. */
export type CountConfirmations = (environment: string, revision: number) => Promise<Confirmation>;

/** What the control of rollouts asks of the accounts: whose environments are ours, what was counted, and when to look. */
export interface EvidenceSource {
  holding(environment: string):
    | {
        readonly accountant: {
          summary(rolloutId: string, epoch: number): EvidenceSummary | undefined;
          stage(rolloutId: string, epoch: number, stageIndex: number): readonly StageStratum[] | undefined;
          sdkHealth(rolloutId: string, epoch: number): SdkHealth | undefined;
        };
        readonly lease: LeaseToken;
      }
    | undefined;
  held(): readonly string[];
  /** Told of the rollouts whose evidence changed. */
  onEvidence(listener: (environment: string, rolloutIds: Iterable<string>) => void): void;
  wake(environment: string): void;
}

/** Who asks gates, on the node that holds the environment. */
export interface GateAsker {
  answersFor(rollout: RolloutRow): readonly GateAnswer[];
  lastAnswers(rollout: RolloutRow): readonly GateAnswer[] | undefined;
  findFlaw(environment: string, gate: Gate): string | undefined;
}

/** Who measures guards of providers, on the node that holds the environment. */
export interface Measurer {
  assess(rollout: RolloutRow): Promise<RunAssessment | undefined>;
  /** What it knows already, without beginning anything. */
  lastAssessed(rollout: RolloutRow): RunAssessment | undefined;
  /** Of rollouts that are not active any more nothing is measured. */
  keepOnly(environment: string, rolloutIds: ReadonlySet<string>): void;
  view(rollout: RolloutRow): Promise<readonly MeasurementView[]>;
  findRefusals(of: {
    readonly environment: string;
    readonly plan: RolloutPlan;
    readonly mayAsk: boolean;
  }): Promise<readonly PlanFlaw[]>;
}

/** Who drives traffic adapters, on the node that holds the environment. */
export interface TrafficSource {
  appliedTo(rollout: RolloutRow): readonly AppliedWeight[] | undefined;
}

export interface GatherOptions {
  readonly storage: Storage;
  readonly accounting: EvidenceSource;
  readonly countConfirmations: CountConfirmations;
  /** Where it is absent nobody is asked, and a gate holds until its deadline. */
  readonly gates?: GateAsker;
  /** Where it is absent nothing is measured, and a guard of a provider holds until its deadline. */
  readonly measurements?: Measurer;
  /** Why a hook of a plan could not be told from here; where it is absent nobody knows. */
  readonly findHookFlaw?: (environment: string, hook: Hook) => string | undefined;
  /** Where it is absent no weight is set, and a traffic adapter holds until its deadline. */
  readonly traffic?: TrafficSource;
}

/** What is the same for every rollout of an environment at one moment, or for one alone. */
export interface LookMoment {
  readonly command: RolloutCommand | null;
  readonly freeze: EnvironmentFreeze | null;
  readonly nowMs: number;
  readonly lastLookAtMs: number | null;
}

/**
 * Reads everything that `decide` may look at. The node that holds the environment's lease has the evidence in memory;
 * any other node (an operator's abort may reach it first) takes what the last decision was made from. What a rollout
 * does not wait for is not read, and of the evidence only what decides: most looks find that nothing is to be done.
 */
export async function gatherInput(
  options: GatherOptions,
  rollout: RolloutRow,
  { command, freeze, nowMs, lastLookAtMs }: LookMoment,
): Promise<DecisionInput> {
  const { plan } = rollout;
  const summary = await findSummary(options, rollout);
  const state = await withKillRevision(options.storage, rollout);
  return {
    plan,
    author: rollout.createdBy,
    state,
    summary,
    assessment: assessRollout({ plan, state, summary, toDecideOnly: true }),
    command,
    confirmation: await confirmationOf(options, rollout),
    freeze,
    ...(plan.windows === undefined ? {} : { window: raiseWindowAt(plan.windows, nowMs) }),
    ...(await dependencyOf(options.storage, rollout)),
    ...sdkHealthOf(options, rollout),
    ...gatesOf(options, rollout),
    ...(await measuredOf(options, rollout)),
    ...trafficOf(options, rollout),
    nowMs,
    lastLookAtMs,
  };
}

export async function findSummary(options: GatherOptions, rollout: RolloutRow): Promise<EvidenceSummary> {
  const { storage, accounting } = options;
  const live = accounting.holding(rollout.environment)?.accountant.summary(rollout.id, rollout.epoch);
  if (live !== undefined) return live;
  const [last] = await storage.listDecisions(rollout.id, { limit: 1 });
  const summary = last?.input.summary;
  // Where evidence begins anew, that decision was made from what was counted before.
  return summary?.epoch === rollout.epoch ? summary : noEvidence(rollout);
}

/**
 * The kill's own transaction could not know the revision that it was about to take: it is found beside it. A rule that
 * does not serve the anchor was not rolled back, whatever was written: then there is no such revision.
 */
async function withKillRevision(storage: Storage, rollout: RolloutRow): Promise<RolloutState> {
  const { state, environment, flagKey, servedRevision } = rollout;
  if (state.kind !== 'aborting' || state.lowering !== undefined) return state;
  const flag = await storage.findDocument({ environment, kind: 'flag', key: flagKey });
  if (flag === undefined || !servesAnchor(rollout, flag)) return { ...state, revision: null };
  return { ...state, revision: servedRevision };
}

/** Asked while the next step waits for it: a stage that everybody has confirmed, or a kill. */
async function confirmationOf(options: GatherOptions, { environment, state, servedRevision }: RolloutRow) {
  const isAwaited = state.kind === 'progressing' || state.kind === 'baking' || state.kind === 'aborting';
  if (!isAwaited || servedRevision === null) return { connectedCount: 0, confirmedCount: 0 };
  return options.countConfirmations(environment, servedRevision);
}

/** Known where the evidence is in memory, and only as it is now: what SDKs said at an earlier decision is no news. */
function sdkHealthOf({ accounting }: GatherOptions, { environment, id, epoch }: RolloutRow) {
  const sdkHealth = accounting.holding(environment)?.accountant.sdkHealth(id, epoch);
  return sdkHealth === undefined ? {} : { sdkHealth };
}

/** Another node's answers are not known here: to it, every gate is still to be asked. */
function gatesOf({ gates, accounting }: GatherOptions, rollout: RolloutRow): Pick<DecisionInput, 'gates'> {
  const isAsking = rollout.plan.gates !== undefined && accounting.holding(rollout.environment) !== undefined;
  return isAsking && gates !== undefined ? { gates: gates.answersFor(rollout) } : {};
}

async function measuredOf(
  { measurements }: GatherOptions,
  rollout: RolloutRow,
): Promise<Pick<DecisionInput, 'measured'>> {
  const measured = await measurements?.assess(rollout);
  return measured === undefined ? {} : { measured };
}

/** The active rollout of the flag in the environment before this one, or else the newest. */
async function dependencyOf(
  storage: Storage,
  { plan, state, environment }: RolloutRow,
): Promise<Pick<DecisionInput, 'isDependencyMet'>> {
  if (plan.after === undefined || state.kind !== 'scheduled') return {};
  const [project] = environment.split('/');
  const newest = await storage.findNewestRollout(`${project}/${plan.after.environment}`, plan.flagKey);
  // What is held back there is to be measured in the long run: the change itself has succeeded.
  return { isDependencyMet: newest?.state.kind === 'succeeded' || newest?.state.kind === 'heldBack' };
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

function trafficOf({ traffic }: GatherOptions, rollout: RolloutRow): Pick<DecisionInput, 'traffic'> {
  const applied = traffic?.appliedTo(rollout);
  return applied === undefined ? {} : { traffic: applied };
}
