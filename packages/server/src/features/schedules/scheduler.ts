import type { Logger } from 'pino';
import type { Platform } from '../../platform.ts';
import { sharedRuns } from '../../shared-runs.ts';
import type { ScheduleRow, SettleOutcome, Storage } from '../../storage/storage.ts';
import { StorageUnavailableError } from '../../storage/storage-unavailable-error.ts';
import type { Accounting, Holding } from '../events/index.ts';
import { applySchedule } from './apply-schedule.ts';

/** Scheduled changes are applied within this time of their instant. */
const LOOK_INTERVAL_MS = 1_000;
/** Of one environment, at one look: what a long stop left over is applied in a few seconds, and blocks nothing else. */
const DUE_PER_LOOK_MAX = 100;

export interface SchedulerOptions {
  readonly storage: Storage;
  readonly platform: Platform;
  readonly accounting: Pick<Accounting, 'held' | 'holding'>;
  readonly log: Logger;
}

/**
 * Applies scheduled changes when their time has come, or as soon after it as a server is there, in the order of their
 * instants. Whoever holds the lease of an environment does it, and the lease is checked in the transaction that does.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #look = sharedRuns(() => this.#applyDue());
  #isStopped = false;
  #stop: () => void = () => undefined;

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#stop = this.#options.platform.every(LOOK_INTERVAL_MS, () => this.#look());
  }

  /** Fulfilled once the look that is under way has ended; no other begins. */
  async stop(): Promise<void> {
    this.#stop();
    this.#isStopped = true;
    await this.#look();
  }

  async #applyDue(): Promise<void> {
    const { accounting, log } = this.#options;
    const looks = accounting.held().map(async (environment) => {
      try {
        await this.#applyDueIn(environment);
      } catch (error) {
        log.error({ err: error, environment }, 'scheduled changes could not be applied; the next look tries again');
      }
    });
    await Promise.all(looks);
  }

  async #applyDueIn(environment: string): Promise<void> {
    const { storage, platform, accounting } = this.#options;
    const due = await storage.listDueSchedules(environment, platform.nowMs(), DUE_PER_LOOK_MAX);
    for (const schedule of due) {
      const holding = accounting.holding(environment);
      if (holding === undefined || this.#isStopped) return;
      const outcome = await this.#apply(schedule, holding);
      // What comes after it must not come before it.
      if (outcome.kind === 'lease-lost' || outcome.kind === 'overtaken') return;
    }
  }

  async #apply(schedule: ScheduleRow, { lease }: Holding): Promise<SettleOutcome> {
    const { storage, platform, log } = this.#options;
    const { id: scheduleId, environment, flagKey } = schedule;
    const nowMs = platform.nowMs();
    const fields = { scheduleId, environment, flagKey };
    let outcome: SettleOutcome;
    try {
      outcome = await applySchedule(storage, schedule, { nowMs, lease });
    } catch (error) {
      if (error instanceof StorageUnavailableError) throw error;
      // A bug of ours. Tried for ever it would keep back everything that was ordered for later.
      log.error({ err: error, ...fields }, 'a scheduled change could not be applied');
      const detail = 'The server failed to apply it; its log says how.';
      const state = { kind: 'refused', settledAtMs: nowMs, code: 'internal', detail } as const;
      outcome = await storage.settleSchedule({ environment, scheduleId, state, checked: null }, lease);
    }
    if (outcome.kind === 'settled') {
      const { state, revision } = outcome.schedule;
      log.info({ ...fields, state: state.kind, revision }, 'a scheduled change was settled');
    }
    return outcome;
  }
}
