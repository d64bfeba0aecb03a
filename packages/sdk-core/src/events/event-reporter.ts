import { CALLER_DEFAULT, type Context, type Evaluation, type ExposureTag, unitKeyOf } from '@tidegate/evaluation/page';
import { MISSING_FLAG } from '../wire/protocol-values.ts';
import { createEventQueue } from './event-queue.ts';
import { createEventSender, type EventSender, type EventSenderOptions } from './event-sender.ts';
import { BATCH_BYTES_MAX, isName, QUEUE_BYTES_MAX } from './limits.ts';
import { createSeenExposures } from './seen-exposures.ts';

/** What a client reports: one door to the counters, the exposures, the outcomes and their sending. */
export interface EventReporter extends Omit<EventSender, 'wake'> {
  /**
   * A context was served a variation, or nothing of the flag: it is not there, or its answer is the caller's default.
   * Other errors say nothing of use. On the path of every evaluation.
   */
  recordEvaluation(flagKey: string, evaluation: Evaluation, context: Context): void;
  /** Each exposure once. */
  recordExposure(tag: ExposureTag, context: Context): void;
  /** What the units at these paths did; a unit that stands at two paths did it once. */
  recordOutcome(event: string, value: number, context: Context, paths: readonly string[]): void;
}

export interface EventOptions {
  /** How long an event waits for company before it is sent: 2 000 when absent. */
  readonly flushIntervalMs?: number | undefined;
  /** What may wait while the server is away, beyond which events are dropped and counted: 10 000 000 when absent. */
  readonly queueBytesMax?: number | undefined;
}

export interface EventReporterOptions extends EventOptions, Omit<EventSenderOptions, 'flushIntervalMs'> {
  /** Of one request, before compression; what the server takes when absent. */
  readonly batchBytesMax?: number | undefined;
}

/** How long an exposure waits for company: the delay of evidence against the number of requests. */
const FLUSH_INTERVAL_MS = 2_000;

export function createEventReporter(options: EventReporterOptions): EventReporter {
  const {
    platform,
    flushIntervalMs = FLUSH_INTERVAL_MS,
    queueBytesMax = QUEUE_BYTES_MAX,
    batchBytesMax = BATCH_BYTES_MAX,
  } = options;
  const { unitHashes, monotonicMs } = platform;
  const queue = createEventQueue({ queueBytesMax, batchBytesMax, onWork: () => sender.wake() });
  const sender = createEventSender(queue, {
    ...options,
    flushIntervalMs,
    onProblem(problem) {
      // What was reported is lost, and may be reported again.
      if (problem.code === 'events-refused') seen = createSeenExposures();
      options.onProblem(problem);
    },
  });
  let seen = createSeenExposures();
  let isClosed = false;
  /** One that was reported before costs two hashes at most and two looks into maps. */
  const recordExposure: EventReporter['recordExposure'] = (tag, context) => {
    const unitKey = unitKeyOf(context, tag.unit);
    if (unitKey === undefined) return;
    const { rolloutId: name, epoch, stageIndex: stage } = tag;
    const arm = tag.arm === 'treatment' ? 1 : 0;
    const unit = unitHashes(unitKey);
    // 53 of a unit's 64 bits: two units that share them hide one exposure in 2^53.
    const seenAs = [`${name} ${epoch} ${stage} ${arm}`, unit.h0 * 2 ** 21 + (unit.h1 >>> 11)] as const;
    if (seen.has(...seenAs)) return;
    // What found no room is not remembered: the unit's next evaluation tries again.
    if (queue.add({ of: 'exposures', name, epoch, stage, arm, unit, atMs: monotonicMs() })) seen.add(...seenAs);
  };
  return {
    ...sender,
    recordExposure,
    recordEvaluation(flagKey, { variation, errorCode, exposure }, context) {
      if (isClosed || (errorCode && errorCode !== 'FLAG_NOT_FOUND')) return;
      queue.countEvaluation(flagKey, variation ?? (errorCode ? MISSING_FLAG : CALLER_DEFAULT));
      if (exposure) recordExposure(exposure, context);
    },
    recordOutcome(name, value, context, paths) {
      if (isClosed) return;
      // The server would refuse whatever travels with it.
      if (!isName(name) || !Number.isFinite(value)) queue.drop('outcomes');
      else {
        for (const unitKey of unitKeysOf(context, paths)) {
          queue.add({ of: 'outcomes', name, value, unit: unitHashes(unitKey), atMs: monotonicMs() });
        }
      }
    },
    close(timeoutMs) {
      isClosed = true;
      return sender.close(timeoutMs);
    },
  };
}

function unitKeysOf(context: Context, paths: readonly string[]): Set<string> {
  try {
    return new Set(paths.flatMap((path) => unitKeyOf(context, path) ?? []));
  } catch {
    // A getter of the application threw: such a context identifies nobody, and reporting never throws.
    return new Set();
  }
}
