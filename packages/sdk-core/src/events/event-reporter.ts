import { type Context, type Evaluation, type ExposureTag, unitKeyOf } from '@tidegate/evaluation';
import type { HttpOutcome, Platform } from '../platform.ts';
import { EventQueue } from './event-queue.ts';
import { EventSender } from './event-sender.ts';
import { ExposureRecorder } from './exposure-recorder.ts';
import { isName } from './limits.ts';

/** What a client reports: one door to the counters, the exposures, the outcomes and their sending. */
export class EventReporter {
  readonly #platform: Platform;
  readonly #queue: EventQueue;
  readonly #sender: EventSender;
  readonly #exposures: ExposureRecorder;
  #isClosed = false;

  constructor(options: EventReporterOptions) {
    const { platform, onDiscarded } = options;
    this.#platform = platform;
    this.#queue = new EventQueue({ ...options, onWork: (work) => this.#sender.wake(work) });
    this.#exposures = new ExposureRecorder(this.#queue, () => platform.monotonicMs());
    this.#sender = new EventSender(this.#queue, {
      ...options,
      onDiscarded: (outcome) => {
        this.#exposures.forget();
        onDiscarded(outcome);
      },
    });
  }

  /** A context was served a variation. On the path of every evaluation. */
  recordServed(flagKey: string, evaluation: Evaluation, context: Context): void {
    if (evaluation.variation === undefined || this.#isClosed) return;
    this.#queue.counters.count(flagKey, evaluation.variation);
    if (evaluation.exposure !== undefined) this.#exposures.record(evaluation.exposure, context);
  }

  /** What the units at these paths did; a unit that stands at two paths did it once. */
  recordOutcome(event: string, value: number, units: Units): void {
    if (this.#isClosed) return;
    if (!isName(event) || !Number.isFinite(value)) {
      this.#queue.refuseOutcome();
      return;
    }
    const nowMs = this.#platform.monotonicMs();
    for (const unitKey of findUnitKeys(units)) {
      this.#queue.addOutcome({ event, value }, this.#exposures.unitOf(unitKey), nowMs);
    }
  }

  /** How an application's code went under one arm: the outcomes that a rollout's guards read by default. */
  recordRun(run: { flagKey: string; tag: ExposureTag; context: Context; durationMs: number; failed: boolean }): void {
    const units = { context: run.context, paths: [run.tag.unit] };
    this.recordOutcome(`$duration:${run.flagKey}`, run.durationMs, units);
    if (run.failed) this.recordOutcome(`$error:${run.flagKey}`, 1, units);
  }

  sendNow(): void {
    this.#sender.sendNow();
  }

  flush(timeoutMs: number): Promise<boolean> {
    return this.#sender.flush(timeoutMs);
  }

  close(timeoutMs: number): Promise<boolean> {
    this.#isClosed = true;
    return this.#sender.close(timeoutMs);
  }
}

export interface EventReporterOptions {
  readonly platform: Platform;
  readonly key: string;
  readonly instance: string;
  readonly flushIntervalMs: number;
  readonly queueBytesMax: number;
  readonly batchBytesMax: number;
  /** The first of a row of failures. */
  readonly onFailed: (outcome: HttpOutcome) => void;
  /** A batch was lost. */
  readonly onDiscarded: (outcome: HttpOutcome) => void;
}

interface Units {
  readonly context: Context;
  readonly paths: readonly string[];
}

function findUnitKeys({ context, paths }: Units): Set<string> {
  try {
    return new Set(paths.flatMap((path) => unitKeyOf(context, path) ?? []));
  } catch {
    // A getter of the application threw: such a context identifies nobody, and reporting never throws.
    return new Set();
  }
}
