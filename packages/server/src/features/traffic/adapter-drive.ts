import type { AdapterSettings, TrafficWeight } from '@tidegate/protocol';
import type { Logger } from 'pino';
import type { Platform } from '../../platform.ts';
import { type AppliedOutcome, checkWeight, setWeight } from './apply-weight.ts';
import type { TrafficAdapter } from './traffic-adapter.ts';

/** What is tried in vain is tried again: soon at first, for a kill may wait for it, and never less often than this. */
const RETRY_MS = { first: 500, most: 10_000 };

export interface DriveOptions {
  readonly environment: string;
  readonly adapterKey: string;
  readonly settings: AdapterSettings;
  /** Of these settings: what was confirmed under others says nothing of what these reach. */
  readonly settingsVersion: number;
  readonly adapter: TrafficAdapter;
  readonly platform: Pick<Platform, 'after' | 'nowMs'>;
  readonly log: Logger;
  /** Durable when fulfilled. */
  readonly save: (weight: TrafficWeight) => Promise<'saved' | 'lease-lost'>;
  /** A weight was confirmed, or is confirmed no more. */
  readonly onConfirmation: () => void;
}

/** Whose weight is wanted, and which. */
export interface Wanted {
  readonly rolloutId: string;
  readonly flagKey: string;
  readonly weightPpm: number;
}

interface Run {
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

/**
 * One adapter and the one weight that is wanted of it. What is wanted last counts: an order that is under way for
 * another weight is broken off, so that no slow rise keeps a fall waiting.
 *
 *     wanted ─▶ stored ─▶ set, read back ─▶ confirmed ─▶ looked at every `checkMs`, mended when somebody changed it
 *                            └── failed: tried again, until it is confirmed or something else is wanted
 */
export class AdapterDrive {
  readonly #options: DriveOptions;
  /** As it is stored. */
  #weight: TrafficWeight | undefined;
  #wanted: Wanted | undefined;
  #reportedPpm: number | null = null;
  /** Whether the wanted weight was there once: what differs from then on is somebody else's doing. */
  #wasThere = false;
  /** Whether this process has seen it there: what an earlier one wrote down may be so no more. */
  #isConfirmed = false;
  #failureCount = 0;
  #dueAtMs = 0;
  #run: Run | undefined;
  #isStopped = false;

  constructor(options: DriveOptions, stored: TrafficWeight | undefined) {
    this.#options = options;
    const { settingsVersion } = options;
    const isOfThese = stored?.settingsVersion === settingsVersion;
    this.#weight = stored && { ...stored, settingsVersion, confirmed: stored.confirmed && isOfThese };
  }

  /** The weight that is confirmed for a rollout now; null while none is. */
  confirmedPpm(rolloutId: string): number | null {
    const isOurs = this.#isConfirmed && this.#wanted?.rolloutId === rolloutId;
    return isOurs ? (this.#wanted?.weightPpm ?? null) : null;
  }

  get detail(): string {
    return this.#weight?.detail ?? '';
  }

  /** Says what is wanted now, and begins what is due. */
  want(wanted: Wanted, reportedPpm: number | null): void {
    if (!isSame(this.#wanted, wanted)) this.#wantAnother(wanted);
    if (reportedPpm !== this.#reportedPpm) this.#dueAtMs = 0;
    this.#reportedPpm = reportedPpm;
    this.#begin();
  }

  /** The rollout is over: what it wanted last stays, and nobody looks after it any more. */
  async release(): Promise<void> {
    await this.stop();
    if (this.#weight?.driven === true) await this.#save({ ...this.#weight, driven: false });
  }

  /** Fulfilled once nothing of it is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#run?.abort.abort();
    await this.#run?.done;
  }

  #wantAnother(wanted: Wanted): void {
    // After a restart what was confirmed before is looked at first, so that a change meanwhile is told.
    this.#wasThere = this.#wanted === undefined && this.#weight?.confirmed === true && isStored(this.#weight, wanted);
    this.#wanted = wanted;
    this.#isConfirmed = false;
    this.#failureCount = 0;
    this.#dueAtMs = 0;
    this.#run?.abort.abort();
  }

  #begin(): void {
    const wanted = this.#wanted;
    if (wanted === undefined || this.#run !== undefined || this.#isStopped || !this.#isDue()) return;
    const abort = new AbortController();
    const done = this.#carryOut(wanted, abort.signal).finally(() => {
      this.#run = undefined;
      if (abort.signal.aborted) this.#begin();
    });
    this.#run = { abort, done };
  }

  #isDue(): boolean {
    const { platform, settings } = this.#options;
    const waitMs = this.#dueAtMs - platform.nowMs();
    // Longer than any wait is one since which the clock was set back.
    return waitMs <= 0 || waitMs > Math.max(settings.checkMs, RETRY_MS.most);
  }

  async #carryOut(wanted: Wanted, cancelled: AbortSignal): Promise<void> {
    const { environment, adapterKey, settings, adapter, platform, log } = this.#options;
    const late = new AbortController();
    const stopWaiting = platform.after(settings.timeoutMs, () => late.abort());
    try {
      const stored = await this.#store(wanted);
      if (stored === undefined || cancelled.aborted) return;
      const order = {
        ...wanted,
        environment,
        adapterKey,
        sequence: stored.sequence,
        reportedPpm: this.#reportedPpm,
        signal: AbortSignal.any([cancelled, late.signal]),
      };
      const outcome = this.#wasThere ? await checkWeight(adapter, order, settings) : await setWeight(adapter, order);
      const isLate = late.signal.aborted && !outcome.confirmed;
      const detail = isLate ? `It was not confirmed within ${settings.timeoutMs} ms.` : outcome.detail;
      if (!cancelled.aborted) await this.#settle(stored, { ...outcome, detail });
    } catch (error) {
      // The database is away, or a bug of ours: the next look tries again.
      log.error({ err: error, environment, adapterKey }, 'a traffic adapter could not be driven');
      if (cancelled.aborted) return;
      this.#failureCount += 1;
      this.#dueAtMs = platform.nowMs() + retryMs(this.#failureCount);
    } finally {
      stopWaiting();
    }
  }

  /**
   * What is wanted is stored before the adapter is told, or looked at: whoever comes after a crash knows that it may be
   * there, and whoever lost the lease tells nobody, and mends nothing that another node has set since.
   */
  async #store(wanted: Wanted): Promise<TrafficWeight | undefined> {
    const before = this.#weight;
    if (before?.driven === true && isStored(before, wanted)) return this.#save(before);
    const { rolloutId, weightPpm: desiredPpm } = wanted;
    return this.#save({
      rolloutId,
      sequence: (before?.sequence ?? 0) + 1,
      desiredPpm,
      appliedPpm: before?.appliedPpm ?? null,
      confirmed: false,
      settingsVersion: this.#options.settingsVersion,
      driven: true,
      detail: 'It is being told.',
      atMs: this.#options.platform.nowMs(),
    });
  }

  async #settle(stored: TrafficWeight, outcome: AppliedOutcome): Promise<void> {
    const { settings, platform, environment, adapterKey, log } = this.#options;
    const { drifted, ...said } = outcome;
    const wasConfirmed = this.#isConfirmed;
    const nowMs = platform.nowMs();
    this.#isConfirmed = outcome.confirmed;
    this.#wasThere ||= outcome.confirmed;
    this.#failureCount = outcome.confirmed ? 0 : this.#failureCount + 1;
    this.#dueAtMs = nowMs + (outcome.confirmed ? settings.checkMs : retryMs(this.#failureCount));
    if (drifted === true || isNews(stored, said)) {
      const fields = { environment, adapterKey, rolloutId: stored.rolloutId, desiredPpm: stored.desiredPpm };
      log[outcome.confirmed && drifted !== true ? 'info' : 'warn'](fields, outcome.detail);
      await this.#save({ ...stored, ...said, atMs: nowMs });
    }
    if (!outcome.confirmed) platform.after(retryMs(this.#failureCount), () => this.#begin());
    if (wasConfirmed !== outcome.confirmed) this.#options.onConfirmation();
  }

  async #save(weight: TrafficWeight): Promise<TrafficWeight | undefined> {
    if ((await this.#options.save(weight)) === 'lease-lost') return undefined;
    this.#weight = weight;
    return weight;
  }
}

function isSame(one: Wanted | undefined, other: Wanted): boolean {
  return one?.rolloutId === other.rolloutId && one.weightPpm === other.weightPpm;
}

function isStored({ rolloutId, desiredPpm }: TrafficWeight, wanted: Wanted): boolean {
  return rolloutId === wanted.rolloutId && desiredPpm === wanted.weightPpm;
}

/** What is confirmed as it was keeps the words that told how it came about. */
function isNews(stored: TrafficWeight, { confirmed, appliedPpm, detail }: AppliedOutcome): boolean {
  if (stored.confirmed !== confirmed || stored.appliedPpm !== appliedPpm) return true;
  return !confirmed && stored.detail !== detail;
}

function retryMs(failureCount: number): number {
  return Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** (failureCount - 1));
}
