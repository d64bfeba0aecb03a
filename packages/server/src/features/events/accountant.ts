import {
  applyRecord,
  createEvidence,
  type EvidenceHealth,
  type EvidenceState,
  type EvidenceSummary,
  healthOf,
  type LogRecord,
  restoreEvidence,
  serializeEvidence,
  summarize,
} from '@tidegate/analysis';
import { positionPpm } from '@tidegate/evaluation';
import type { LeaseToken, LogPosition, LogRecordRow, Storage } from '../../storage/storage.ts';

/** Records applied before the event loop breathes: a few milliseconds of work. */
const RECORDS_PER_READ = 200;
/** A checkpoint costs as much as the state is large, a restart as much as the log's tail is long. */
const CHECKPOINT_AFTER_RECORDS = 5_000;
const CHECKPOINT_AFTER_MS = 30_000;

/**
 * Turns the batch log of one environment into evidence. The state is a pure function of the log (`analysis/evidence`);
 * this is only its I/O: read on, apply, checkpoint. It lives as long as its lease: whoever holds the lease next loads
 * the last checkpoint and replays the tail, and arrives at the same state.
 */
export class Accountant {
  readonly environment: string;
  readonly #storage: Storage;
  readonly #lease: LeaseToken;
  readonly #nowMs: () => number;
  #state: EvidenceState;
  #position: LogPosition;
  #recordsSinceCheckpoint = 0;
  #checkpointAtMs: number;
  #reading: Promise<number> = Promise.resolve(0);

  private constructor(options: AccountantOptions, state: EvidenceState, position: LogPosition) {
    this.environment = options.environment;
    this.#storage = options.storage;
    this.#lease = options.lease;
    this.#nowMs = options.nowMs;
    this.#state = state;
    this.#position = position;
    this.#checkpointAtMs = options.nowMs();
  }

  static async open(options: AccountantOptions): Promise<Accountant> {
    const checkpoint = await options.storage.findCheckpoint(options.environment);
    const state =
      checkpoint === undefined ? createEvidence({ positionPpm }) : restoreEvidence(checkpoint.state, { positionPpm });
    return new Accountant(options, state, checkpoint?.position ?? {});
  }

  /** Reads on to the end of the log. Fulfilled with the number of records applied; concurrent calls queue up. */
  readOn(): Promise<number> {
    const next = this.#reading.then(() => this.#applyTail());
    this.#reading = next.catch(() => 0);
    return next;
  }

  summary(rolloutId: string, epoch: number): EvidenceSummary | undefined {
    return summarize(this.#state, rolloutId, epoch);
  }

  health(): EvidenceHealth {
    return healthOf(this.#state);
  }

  /** Saves state and position together when enough has happened since the last time, or when told to. */
  async checkpoint(when: 'due' | 'now'): Promise<void> {
    const due =
      this.#recordsSinceCheckpoint >= CHECKPOINT_AFTER_RECORDS ||
      this.#nowMs() - this.#checkpointAtMs >= CHECKPOINT_AFTER_MS;
    if (this.#recordsSinceCheckpoint === 0 || (when === 'due' && !due)) return;
    const atMs = this.#nowMs();
    const position = this.#position;
    this.#recordsSinceCheckpoint = 0;
    this.#checkpointAtMs = atMs;
    const state = serializeEvidence(this.#state);
    const saved = await this.#storage.saveCheckpoint(
      { environment: this.environment, position, state, atMs },
      this.#lease,
    );
    if (saved === 'saved') await this.#storage.deleteRecords(this.environment, position);
  }

  async #applyTail(): Promise<number> {
    let applied = 0;
    for (;;) {
      const rows = await this.#storage.readRecords(this.environment, this.#position, RECORDS_PER_READ);
      for (const row of rows) this.#state = applyRecord(this.#state, recordOf(row));
      this.#position = advance(this.#position, rows);
      this.#recordsSinceCheckpoint += rows.length;
      applied += rows.length;
      if (rows.length < RECORDS_PER_READ) return applied;
      await new Promise<void>((resume) => setImmediate(resume));
    }
  }
}

export interface AccountantOptions {
  readonly storage: Storage;
  readonly environment: string;
  readonly lease: LeaseToken;
  readonly nowMs: () => number;
}

function recordOf(row: LogRecordRow): LogRecord {
  // Ingest wrote the text after checking it against the schema, the controller from a LogRecord: nobody else writes.
  return JSON.parse(row.body) as LogRecord;
}

function advance(position: LogPosition, rows: readonly LogRecordRow[]): LogPosition {
  const next: Record<string, number> = { ...position };
  for (const row of rows) next[row.stream] = Math.max(next[row.stream] ?? 0, row.position);
  return next;
}
