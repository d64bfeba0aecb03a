import { bytesOfEpoch, type EpochEvidence, type EpochOptions, listenerId } from './epoch-evidence.ts';
import type { FlowSlice } from './event-flow.ts';
import { Generations } from './generations.ts';
import type { Feed } from './layout.ts';
import { type WaitingListener, WaitingOutcomes } from './waiting-outcomes.ts';

/**
 * The accountant's books of one environment: `applyRecord` writes them, `summarize` and `healthOf` read them. They are
 * a function of the batch log alone; time in here is the records' own.
 */
export interface EvidenceState {
  readonly positionPpm: PositionPpm;
  readonly limits: EvidenceLimits;
  readonly tableSeed: number;
  /** The newest instant of any record so far. */
  nowMs: number;
  /** The last `seq` counted, by SDK instance. */
  readonly instances: Generations<string, number>;
  /** Since when the young generation of instances is young. */
  instancesSinceMs: number;
  readonly epochs: Map<string, EpochEvidence>;
  /** Epochs that were ever opened. */
  epochCount: number;
  /** What epochs listen to, by event; derived from them. */
  readonly feeds: Map<string, WatchedFeed[]>;
  readonly waiting: WaitingOutcomes;
  readonly totals: EvidenceTotals;
  /** What came and what was lost in the last minutes, of server keys alone: anybody may claim under a browser key. */
  readonly flow: FlowSlice[];
  /**
   * Rollouts of which a record said something since whoever decides emptied this: an outcome that only waits for its
   * exposure says nothing yet, and what changes with time alone is not told. No part of a checkpoint.
   */
  readonly touched: Set<string>;
}

/** Where a unit stands on the ring of one seed: an integer in [0, 1 000 000). `positionPpm` of the evaluation package. */
export type PositionPpm = (h0: number, seed: number) => number;

/** Outcomes that count alike, and the inputs of all epochs that they feed: one metric guards many rollouts. */
export interface WatchedFeed extends Feed {
  readonly listeners: Watcher[];
}

export interface Watcher extends WaitingListener {
  readonly epoch: EpochEvidence;
  /** Of the epoch's layout. */
  readonly input: number;
}

/** Sums over the life of the environment. Rows are counted once, however often their batch came. */
export interface EvidenceTotals {
  batches: number;
  duplicateBatches: number;
  /** Gaps in `seq`: batches that an SDK numbered and that never came. */
  missingBatches: number;
  exposureRows: number;
  outcomeRows: number;
  /** Plain evaluations that SDKs counted. */
  evaluations: number;
  /** Rows that point nowhere; counted as rows, and as nothing else. */
  malformedRows: number;
  /** What SDKs say they threw away because their queue was full. */
  droppedExposures: number;
  droppedOutcomes: number;
  /** Exposures of a rollout epoch that is not open: ended, or unknown. */
  unknownRolloutExposures: number;
  /** Outcomes that waited for an exposure, and that no rollout has counted. */
  unmatchedOutcomes: number;
}

export interface EvidenceLimits {
  /**
   * Memory for the units of one epoch, at 52 bytes each with up to 32 binary guards. Where a guard has a window, a unit
   * takes 31 bytes more, and 8 for each number that is summed in a window. Units beyond it carry no evidence.
   */
  readonly epochBytesMax: number;
  /** How long an outcome may wait for its exposure. */
  readonly latenessMs: number;
  /** Units whose outcomes wait at once, for whichever rollouts; some 300 bytes each. */
  readonly waitingUnitsMax: number;
  /** SDK instances remembered; about 150 bytes each. Beyond it the longest silent half may be forgotten. */
  readonly instancesMax: number;
  /** An instance silent for this long may be forgotten; after twice as long it is. */
  readonly instanceSilenceMs: number;
}

/** Two and a half million units per rollout. */
const EPOCH_BYTES_MAX = 128 * 1024 * 1024;
/** SDKs flush every few seconds and retry within a minute. */
const LATENESS_MS = 60_000;
/** At 2 000 outcomes of unexposed units a second, a minute's worth; 40 MB. */
const WAITING_UNITS_MAX = 131_072;
/** 30 MB; a page view is an instance. */
const INSTANCES_MAX = 200_000;
/** No SDK reports an event older than a day. */
const INSTANCE_SILENCE_MS = 86_400_000;

export const DEFAULT_EVIDENCE_LIMITS: EvidenceLimits = {
  epochBytesMax: EPOCH_BYTES_MAX,
  latenessMs: LATENESS_MS,
  waitingUnitsMax: WAITING_UNITS_MAX,
  instancesMax: INSTANCES_MAX,
  instanceSilenceMs: INSTANCE_SILENCE_MS,
};

export interface EvidenceOptions {
  readonly positionPpm: PositionPpm;
  readonly limits?: Partial<EvidenceLimits>;
  /**
   * Any 32 bits that outsiders cannot guess. Changes no result, only the layout of tables in memory, so that nobody
   * can choose unit hashes that collide there.
   */
  readonly tableSeed?: number;
}

/** Empty books, before the first record of an environment's log. */
export function createEvidence(options: EvidenceOptions): EvidenceState {
  const limits = { ...DEFAULT_EVIDENCE_LIMITS, ...options.limits };
  return {
    positionPpm: options.positionPpm,
    limits,
    tableSeed: options.tableSeed ?? 0,
    nowMs: 0,
    instances: new Generations(),
    instancesSinceMs: 0,
    epochs: new Map(),
    epochCount: 0,
    feeds: new Map(),
    waiting: new WaitingOutcomes({ capacity: limits.waitingUnitsMax, latenessMs: limits.latenessMs }),
    totals: {
      batches: 0,
      duplicateBatches: 0,
      missingBatches: 0,
      exposureRows: 0,
      outcomeRows: 0,
      evaluations: 0,
      malformedRows: 0,
      droppedExposures: 0,
      droppedOutcomes: 0,
      unknownRolloutExposures: 0,
      unmatchedOutcomes: 0,
    },
    flow: [],
    touched: new Set(),
  };
}

export function epochKey(rolloutId: string, epoch: number): string {
  return `${epoch}:${rolloutId}`;
}

export function epochOptions({ limits, tableSeed, waiting }: EvidenceState, serial: number): EpochOptions {
  return { bytesMax: limits.epochBytesMax, tableSeed, waiting, serial };
}

/** Adds an epoch to the books, and lets its guards hear their events. */
export function watch(state: EvidenceState, epoch: EpochEvidence): void {
  state.epochs.set(epochKey(epoch.plan.rolloutId, epoch.plan.epoch), epoch);
  for (const [input, feed] of epoch.feeds.entries()) {
    const watcher: Watcher = { id: listenerId(epoch, input), epoch, input };
    const ofEvent = state.feeds.get(feed.event) ?? [];
    const known = ofEvent.find(({ key }) => key === feed.key);
    if (known !== undefined) known.listeners.push(watcher);
    else state.feeds.set(feed.event, [...ofEvent, { ...feed, listeners: [watcher] }].toSorted(byKey));
  }
}

/** Any order that does not depend on who came first: of the same epochs it is always the same. */
function byKey(one: Feed, other: Feed): number {
  return one.key < other.key ? -1 : 1;
}

export function unwatch(state: EvidenceState, epoch: EpochEvidence): void {
  state.epochs.delete(epochKey(epoch.plan.rolloutId, epoch.plan.epoch));
  for (const { event } of epoch.feeds) {
    const ofEvent = state.feeds.get(event) ?? [];
    for (const { listeners } of ofEvent) {
      const at = listeners.findIndex((watcher) => watcher.epoch === epoch);
      if (at !== -1) listeners.splice(at, 1);
    }
    const left = ofEvent.filter(({ listeners }) => listeners.length > 0);
    if (left.length > 0) state.feeds.set(event, left);
    else state.feeds.delete(event);
  }
}

/** What an operator should know of the flow of events. All counts since the environment began, unless said otherwise. */
export interface EvidenceHealth extends Readonly<EvidenceTotals> {
  /** SDK instances remembered now. */
  readonly instances: number;
  readonly openEpochs: number;
  /** Units, bytes and the like of the epochs that are open now. */
  readonly units: number;
  readonly bytes: number;
  readonly waitingOutcomes: number;
  readonly crossoverUnits: number;
  readonly overflowExposures: number;
  readonly overflowWindows: number;
  readonly ignoredExposures: number;
}

export function healthOf(state: EvidenceState): EvidenceHealth {
  const epochs = [...state.epochs.values()];
  const sum = (of: (epoch: EpochEvidence) => number) => epochs.reduce((total, epoch) => total + of(epoch), 0);
  return {
    ...state.totals,
    instances: state.instances.size,
    openEpochs: epochs.length,
    units: sum((epoch) => epoch.table.rowCount),
    bytes: sum(bytesOfEpoch) + state.waiting.bytes,
    waitingOutcomes: state.waiting.count,
    crossoverUnits: sum((epoch) => epoch.counts.crossoverUnits),
    overflowExposures: sum((epoch) => epoch.counts.overflowExposures),
    overflowWindows: sum((epoch) => epoch.counts.overflowWindows),
    ignoredExposures: sum((epoch) => epoch.counts.ignoredExposures),
  };
}
