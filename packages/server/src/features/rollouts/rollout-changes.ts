import { isDeepStrictEqual } from 'node:util';
import type {
  Actor,
  Decision,
  EpochGuard,
  EpochPlan,
  Guard,
  Metric,
  RolloutPlan,
  RolloutStage,
} from '@tidegate/analysis';
import { attemptShare, capsInForce, eventOfFlag } from '@tidegate/analysis';
import {
  type Condition,
  type Flag,
  findFlagFlaw,
  type Serve,
  type ServeRollout,
  type SplitRange,
  seedOf,
} from '@tidegate/evaluation';
import type { DocumentRow, NewChange, NewLogRecord, RolloutRow, Storage } from '../../storage/storage.ts';
import { readSegmentKeys } from '../documents/index.ts';
import { checkServes, flagDocumentOf, serveOf, withServe } from '../flags/index.ts';
import { metricOf } from '../metrics/index.ts';

/** What a decision makes the owned rule serve; undefined when that stays. */
function serveOfDecision(rollout: RolloutRow, decision: Decision): Serve | undefined {
  const { plan } = rollout;
  if (decision.serve === undefined) return undefined;
  switch (decision.serve.kind) {
    case 'anchor':
      // The anchor was captured from the flag, which the schema had checked.
      return rollout.anchor as Serve;
    case 'treatment':
      return servedForGood(plan);
    case 'given':
      // The command's schema had checked it.
      return decision.serve.serve as unknown as Serve;
    case 'stage':
    case 'lowered':
      return serveOfStage(rollout, decision.serve);
    default:
      throw decision.serve satisfies never;
  }
}

/** A stage, or less than its share on the way down. */
function serveOfStage(
  { id, epoch, plan }: RolloutRow,
  { stageIndex, treatmentPpm }: { readonly stageIndex: number; readonly treatmentPpm?: number },
): Serve {
  const stage = plan.stages[stageIndex];
  if (stage === undefined) throw new Error(`Rollout ${id} has no stage ${stageIndex}`);
  const served = treatmentPpm ?? stage.treatmentPpm;
  return {
    kind: 'rollout',
    rolloutId: id,
    epoch,
    stageIndex,
    treatment: plan.treatment,
    control: plan.control,
    treatmentPpm: served,
    unit: plan.unit,
    // Whoever has no unit had control before, and cannot be bucketed.
    onMissingUnit: plan.control,
    ...exceptionsOf(plan, { stage, served }),
    ...(plan.controlSamplePpm === undefined ? {} : { controlSamplePpm: plan.controlSamplePpm }),
  };
}

/** Who takes no part in a stage, and who has less of it. A cap of nothing leaves its units out, as a scope does. */
export function exceptionsOf(
  plan: RolloutPlan,
  { stage, served }: { readonly stage: RolloutStage; readonly served: number },
): Pick<ServeRollout, 'scope' | 'caps'> {
  const inForce = capsInForce(plan, served);
  const caps = inForce.flatMap(({ condition, treatmentPpm, stageIndex }) =>
    stageIndex === null ? [] : [{ condition: asCondition(condition), treatmentPpm, stageIndex }],
  );
  const within = [
    ...(stage.scope === undefined ? [] : [asCondition(stage.scope)]),
    ...inForce.flatMap(({ condition, stageIndex }) => (stageIndex === null ? [{ not: asCondition(condition) }] : [])),
  ];
  const [scope, ...others] = within;
  return {
    ...(scope === undefined ? {} : { scope: others.length === 0 ? scope : { all: within } }),
    ...(caps.length === 0 ? {} : { caps }),
  };
}

/** The plan's schema takes conditions of the flag language only. */
function asCondition(condition: NonNullable<RolloutStage['scope']>): Condition {
  return condition as unknown as Condition;
}

const FULL_PPM = 1_000_000;

/** Nobody is measured any more; whoever is beyond a cap keeps control by an ordinary split of the same units. */
function servedForGood(plan: RolloutPlan): Serve {
  const { treatment, control, unit, maxTreatmentPpm: endPpm = FULL_PPM } = plan;
  const caps = capsInForce(plan, endPpm).map(({ condition, treatmentPpm }) => ({
    condition: asCondition(condition),
    ranges: rangesAt(plan, treatmentPpm),
  }));
  if (endPpm >= FULL_PPM && caps.length === 0) return { kind: 'variation', variation: treatment };
  const capped = caps.length === 0 ? {} : { caps };
  return { kind: 'split', unit, ranges: rangesAt(plan, endPpm), ...capped, onMissingUnit: control };
}

function rangesAt({ treatment, control }: RolloutPlan, treatmentPpm: number): readonly SplitRange[] {
  const ranges = [
    { fromPpm: 0, toPpm: treatmentPpm, variation: treatment },
    { fromPpm: treatmentPpm, toPpm: FULL_PPM, variation: control },
  ];
  return ranges.filter(({ fromPpm, toPpm }) => fromPpm < toPpm);
}

/** Whether the rule serves something else than the stage that the rollout published and is watching. */
export function hasDrifted(rollout: RolloutRow, flag: DocumentRow): boolean {
  const { state, plan } = rollout;
  if (state.kind !== 'progressing' && state.kind !== 'baking' && state.kind !== 'heldBack') return false;
  const stageIndex = state.kind === 'heldBack' ? plan.stages.length - 1 : state.stageIndex;
  const published = serveOfStage(rollout, { stageIndex });
  return !isDeepStrictEqual(serveOf(flagDocumentOf(flag), rollout.rule), published);
}

/** Whether the rule serves what it served when the rollout was made: what a kill restores. */
export function servesAnchor(rollout: RolloutRow, flag: DocumentRow): boolean {
  return isDeepStrictEqual(serveOf(flagDocumentOf(flag), rollout.rule), rollout.anchor);
}

/** Whether the rule serves still what the rollout's success left there: what an undo would take back. */
export function servesSuccess(rollout: RolloutRow, flag: DocumentRow): boolean {
  return isDeepStrictEqual(serveOf(flagDocumentOf(flag), rollout.rule), servedForGood(rollout.plan));
}

/** Why the rule cannot serve what a person said of it. */
export async function findServeFlaw(
  storage: Storage,
  { rollout, flag, decision }: { rollout: RolloutRow; flag: DocumentRow; decision: Decision },
): Promise<string | undefined> {
  if (decision.serve?.kind !== 'given') return undefined;
  const serve = serveOfDecision(rollout, decision);
  if (serve === undefined) return undefined;
  const document = withServe(flagDocumentOf(flag), rollout.rule, serve);
  const flaw =
    findFlagFlaw({ ...document, revision: 0 }) ??
    checkServes(document, await readSegmentKeys(storage, rollout.environment))?.details.detail;
  return flaw === undefined ? undefined : `The rule cannot serve that: ${flaw}`;
}

/** The rollout as the decision leaves it: where evidence begins anew, in its next epoch, and with less to spend. */
export function renewedBy(decision: Decision, rollout: RolloutRow): RolloutRow {
  if (decision.renews !== true) return rollout;
  const { attempt = 1, alpha } = rollout.plan;
  const left = attemptShare(attempt + 1) / attemptShare(attempt);
  return { ...rollout, epoch: rollout.epoch + 1, plan: { ...rollout.plan, attempt: attempt + 1, alpha: alpha * left } };
}

/** The kill, the ramp and the success are ordinary changes of the flag, by the controller or by who commanded it. */
export function changeOfDecision(options: {
  rollout: RolloutRow;
  flag: DocumentRow;
  decision: Decision;
  actor: Actor;
  atMs: number;
}): NewChange | null {
  const { rollout, flag, decision, actor, atMs } = options;
  const serve = serveOfDecision(rollout, decision);
  if (serve === undefined) return null;
  return {
    environment: flag.environment,
    kind: 'flag',
    key: flag.key,
    document: withServe(flagDocumentOf(flag), rollout.rule, serve),
    archived: flag.archived,
    action: `rollout-${decision.kind}`,
    actor,
    reason: decision.reason,
    atMs,
    expectedRevision: flag.revision,
  };
}

/**
 * Control records of the batch log: evidence begins with the first stage, is told of each later one, ends with the
 * rollout, and where it begins anew does both. On the way down no stage is served as it was designed, so that nothing
 * more can be learned.
 */
export async function recordsOfDecision(options: {
  storage: Storage;
  rollout: RolloutRow;
  flag: Flag;
  decision: Decision;
  active: boolean;
  atMs: number;
}): Promise<NewLogRecord[]> {
  const { rollout, decision, atMs } = options;
  const { environment, id: rolloutId, epoch } = rollout;
  const record = (body: object): NewLogRecord => ({ environment, body: JSON.stringify(body), receivedAtMs: atMs });
  const isOpened = decision.serve?.kind === 'stage' && (decision.kind === 'start' || decision.renews === true);
  const isClosed = !options.active || decision.serve?.kind === 'lowered' || decision.renews === true;
  const closed = isClosed ? [record({ kind: 'epoch-closed', atMs, rolloutId, epoch })] : [];
  if (decision.serve?.kind !== 'stage') return closed;
  const { stageIndex } = decision.serve;
  if (!isOpened) return [...closed, record({ kind: 'stage-entered', atMs, rolloutId, epoch, stageIndex })];
  const plan = await epochPlan(options.storage, renewedBy(decision, rollout), options.flag);
  return [...closed, record({ kind: 'epoch-opened', atMs, plan: { ...plan, stageIndex } })];
}

/** What the books are told of a rollout when its evidence begins. */
export async function epochPlan(
  storage: Storage,
  rollout: Pick<RolloutRow, 'id' | 'environment' | 'epoch' | 'plan'>,
  flag: Pick<Flag, 'key' | 'salt'>,
): Promise<EpochPlan> {
  const guards = await Promise.all(
    rollout.plan.guards.map(async (guard) =>
      epochGuard(rollout.plan, { guard, metric: await getMetric(storage, rollout, guard) }),
    ),
  );
  const { plan } = rollout;
  return {
    rolloutId: rollout.id,
    epoch: rollout.epoch,
    flagKey: flag.key,
    salt: flag.salt,
    seed: seedOf(flag.salt),
    stages: plan.stages.map(({ treatmentPpm }) => ({ treatmentPpm })),
    ...(plan.controlSamplePpm === undefined ? {} : { controlSamplePpm: plan.controlSamplePpm }),
    guards,
  };
}

/** A guard as it stays while the epoch is open, whatever becomes of its metric. */
function epochGuard(plan: RolloutPlan, { guard, metric }: { guard: Guard; metric: Metric }): EpochGuard {
  const { description, revision, ...measured } = metric;
  const event = eventOfFlag(metric.event, plan.flagKey);
  const margins = plan.stages.map((stage, index) => marginOf(stage, { guard, index, harm: metric.harm }));
  const terms = {
    ...(guard.tolerance === undefined ? {} : { tolerance: guard.tolerance }),
    ...(guard.maxRate === undefined ? {} : { maxRate: guard.maxRate }),
    ...(margins.every((margin) => margin === null) ? {} : { margins }),
  };
  return measured.kind === 'ratio'
    ? { ...measured, ...terms, event, perEvent: eventOfFlag(measured.perEvent, plan.flagKey) }
    : { ...measured, ...terms, event };
}

/** What must be ruled out before a stage is left; null at 100 %, where no control is left to be no worse than. */
function marginOf(stage: RolloutStage, of: { guard: Guard; index: number; harm: Metric['harm'] }): number | null {
  if (stage.treatmentPpm >= FULL_PPM) return null;
  if (of.guard.margins !== undefined) return of.guard.margins[of.index] ?? null;
  const { safeRatio } = stage;
  if (safeRatio === undefined) return null;
  // A stage says it once for guards of both directions: "worse by a fifth" is 1.2 times the errors, or 1/1.2 of the sales.
  return safeRatio > 1 === (of.harm === 'up') ? safeRatio : 1 / safeRatio;
}

/** As the plan froze it, or as the environment has it now. */
async function getMetric(
  storage: Storage,
  { id, environment }: Pick<RolloutRow, 'id' | 'environment'>,
  { metric: key, definition }: Guard,
): Promise<Metric> {
  // What is frozen is of no revision of the environment.
  if (definition !== undefined) return { ...definition, key, revision: 0 };
  const row = await storage.findDocument({ environment, kind: 'metric', key });
  if (row === undefined) throw new Error(`Rollout ${id}: the metric ${key} is gone`);
  return metricOf(row);
}
