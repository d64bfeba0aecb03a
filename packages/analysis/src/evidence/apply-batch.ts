import type { LogRecord } from './epoch.ts';
import { countExposure, countOutcome, type EpochEvidence, type Exposure, type Outcome } from './epoch-evidence.ts';
import type { EventBatch } from './event-batch.ts';
import { noteFlow } from './event-flow.ts';
import { type EvidenceState, epochKey, type WatchedFeed } from './evidence-state.ts';
import { evaluationOf } from './sdk-instances.ts';
import { timeOrder } from './time-order.ts';

type BatchRecord = Extract<LogRecord, { kind: 'batch' }>;

/**
 * Counts one batch once. Its rows are taken in the order in which they happened, exposures before outcomes of the same
 * instant: an outcome belongs to the exposure before it.
 */
export function applyBatch(state: EvidenceState, record: BatchRecord): void {
  const { batch } = record;
  if (!isNew(state, batch)) return;
  const { totals } = state;
  totals.batches++;
  totals.exposureRows += batch.exposures.unit.length;
  totals.outcomeRows += batch.outcomes.unit.length;
  totals.droppedExposures += batch.dropped.exposures;
  totals.droppedOutcomes += batch.dropped.outcomes;
  for (const count of batch.counters.count) totals.evaluations += count;
  if (record.origin === 'server') noteFlow(state.flow, batch, state.nowMs);
  applyRows(state, record);
  for (const epoch of state.epochs.values()) {
    if (noteEvaluations(epoch, record, state.nowMs)) state.touched.add(epoch.plan.rolloutId);
  }
  totals.unmatchedOutcomes += state.waiting.expire(state.nowMs);
}

/**
 * Evaluations of the epoch's flag show that it is alive, though all of its units were exposed before. True for what can
 * end the rollout.
 */
function noteEvaluations({ counts, instances, plan }: EpochEvidence, record: BatchRecord, nowMs: number): boolean {
  const { batch, origin, receivedAtMs } = record;
  const evaluation = plan.flagKey === undefined ? undefined : evaluationOf(plan.flagKey, batch.counters);
  if (evaluation === undefined) return false;
  counts.lastExposureAtMs = Math.max(counts.lastExposureAtMs ?? receivedAtMs, receivedAtMs);
  if (origin !== 'server') return false;
  instances.note(batch.instance, { ...evaluation, atMs: nowMs });
  return evaluation.isBreaker;
}

/** Moves the high-water mark of the batch's SDK instance; false for a repeat. */
function isNew(state: EvidenceState, batch: EventBatch): boolean {
  const { instances, limits, totals } = state;
  const isFull = instances.youngSize * 2 >= limits.instancesMax;
  if (isFull || state.nowMs - state.instancesSinceMs >= limits.instanceSilenceMs) {
    instances.rotate();
    state.instancesSinceMs = state.nowMs;
  }
  const last = instances.get(batch.instance) ?? 0;
  instances.set(batch.instance, Math.max(last, batch.seq));
  if (batch.seq <= last) {
    totals.duplicateBatches++;
    return false;
  }
  totals.missingBatches += batch.seq - last - 1;
  return true;
}

/** Walks exposures and outcomes side by side, the older one first. */
function applyRows(state: EvidenceState, record: BatchRecord): void {
  const { exposures, outcomes } = record.batch;
  const exposureCount = exposures.unit.length;
  const outcomeCount = outcomes.unit.length;
  const exposureOrder = timeOrder(exposures.ageMs, exposureCount);
  const outcomeOrder = timeOrder(outcomes.ageMs, outcomeCount);
  const applyExposure = exposureReader(state, record);
  const applyOutcome = outcomeReader(state, record);
  let nextOutcome = 0;
  for (let next = 0; next < exposureCount; next++) {
    const row = exposureOrder === null ? next : (exposureOrder[next] ?? 0);
    const ageMs = exposures.ageMs[row] ?? 0;
    for (; nextOutcome < outcomeCount; nextOutcome++) {
      const outcomeRow = outcomeOrder === null ? nextOutcome : (outcomeOrder[nextOutcome] ?? 0);
      if ((outcomes.ageMs[outcomeRow] ?? 0) <= ageMs) break;
      applyOutcome(outcomeRow);
    }
    applyExposure(row);
  }
  for (; nextOutcome < outcomeCount; nextOutcome++) {
    applyOutcome(outcomeOrder === null ? nextOutcome : (outcomeOrder[nextOutcome] ?? 0));
  }
}

function exposureReader(state: EvidenceState, record: BatchRecord): (row: number) => void {
  const { exposures, units } = record.batch;
  const { positionPpm, totals } = state;
  const epochOf = epochReader(state, record.batch);
  const exposure: Exposure = {
    h0: 0,
    h1: 0,
    positionPpm: 0,
    stage: 0,
    arm: 0,
    atMs: 0,
    receivedAtMs: record.receivedAtMs,
    fromBrowser: record.origin === 'browser',
  };
  return (row) => {
    const unit = exposures.unit[row] ?? -1;
    const h0 = units.h0[unit];
    const h1 = units.h1[unit];
    const stage = exposures.stage[row];
    const arm = exposures.arm[row];
    const ageMs = exposures.ageMs[row];
    if (h0 === undefined || h1 === undefined || stage === undefined || arm === undefined || ageMs === undefined) {
      totals.malformedRows++;
      return;
    }
    const epoch = epochOf(row);
    if (epoch === undefined) {
      totals.unknownRolloutExposures++;
      return;
    }
    if (!(stage >= 0 && stage < epoch.strata.stageCount)) {
      totals.malformedRows++;
      return;
    }
    exposure.h0 = h0 >>> 0;
    exposure.h1 = h1 >>> 0;
    exposure.positionPpm = positionPpm(exposure.h0, epoch.plan.seed);
    exposure.stage = stage;
    exposure.arm = arm;
    exposure.atMs = record.receivedAtMs - ageMs;
    countExposure(epoch, exposure);
  };
}

/** The open epoch that an exposure speaks of. Rows of one rollout nearly always name one epoch: remember the last. */
function epochReader(state: EvidenceState, batch: EventBatch): (row: number) => EpochEvidence | undefined {
  const { exposures } = batch;
  const lastEpoch: (number | undefined)[] = [];
  const lastEvidence: (EpochEvidence | undefined)[] = [];
  return (row) => {
    const rollout = exposures.rollout[row];
    const epoch = exposures.epoch[row];
    if (rollout === undefined || epoch === undefined) return undefined;
    if (lastEpoch[rollout] !== epoch) {
      lastEpoch[rollout] = epoch;
      lastEvidence[rollout] = state.epochs.get(epochKey(exposures.rolloutIds[rollout] ?? '', epoch));
      if (lastEvidence[rollout] !== undefined) state.touched.add(lastEvidence[rollout].plan.rolloutId);
    }
    return lastEvidence[rollout];
  };
}

function outcomeReader(state: EvidenceState, record: BatchRecord): (row: number) => void {
  const { outcomes, units } = record.batch;
  const { totals } = state;
  const feedsByEvent = outcomes.events.map((event) => listHeard(state, event, record.origin));
  const outcome: Outcome = { h0: 0, h1: 0, input: 0, value: 0, atMs: 0, receivedAtMs: record.receivedAtMs };
  return (row) => {
    const feeds = feedsByEvent[outcomes.event[row] ?? -1];
    const unit = outcomes.unit[row] ?? -1;
    const h0 = units.h0[unit];
    const h1 = units.h1[unit];
    const value = outcomes.value[row];
    const ageMs = outcomes.ageMs[row];
    if (feeds === undefined || h0 === undefined || h1 === undefined || value === undefined || ageMs === undefined) {
      totals.malformedRows++;
      return;
    }
    outcome.h0 = h0 >>> 0;
    outcome.h1 = h1 >>> 0;
    outcome.value = value;
    outcome.atMs = record.receivedAtMs - ageMs;
    for (const feed of feeds) if (value > feed.above && value < feed.below) tell(state, feed, outcome);
  };
}

/** Lets everybody who listens count an outcome. For those whose exposure has not come it waits. */
function tell({ epochCount, touched, waiting }: EvidenceState, feed: WatchedFeed, outcome: Outcome): void {
  let countedBy: number[] | undefined;
  for (const { id, epoch, input } of feed.listeners) {
    outcome.input = input;
    if (!countOutcome(epoch, outcome)) continue;
    touched.add(epoch.plan.rolloutId);
    countedBy ??= [];
    countedBy.push(id);
  }
  const pendingCount = feed.listeners.length - (countedBy?.length ?? 0);
  if (pendingCount === 0) return;
  const { value, atMs, receivedAtMs } = outcome;
  waiting.add(outcome, {
    feed,
    value,
    atMs,
    receivedAtMs,
    epochsBefore: epochCount,
    doneWith: countedBy ?? [],
    pendingCount,
  });
}

function listHeard(state: EvidenceState, event: string, origin: BatchRecord['origin']): readonly WatchedFeed[] {
  const feeds = state.feeds.get(event) ?? [];
  return origin === 'server' ? feeds : feeds.filter(({ browserEvidence }) => browserEvidence);
}
