import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  applyRecord,
  createEvidence,
  type EvidenceHealth,
  type EvidenceState,
  type EvidenceSummary,
  healthOf,
  type LogRecord,
  restoreEvidence,
  type SdkHealth,
  type StageStratum,
  sdkHealthOf,
  serializeInParts,
  summarize,
  summarizeStage,
} from '@tidegate/analysis';
import { positionPpm } from '@tidegate/evaluation';
import type { RecentEvents } from '@tidegate/protocol';
import type { Platform } from '../../platform.ts';
import { sharedRuns } from '../../shared-runs.ts';
import type { LeaseToken, LogPosition, LogRecordRow, Storage } from '../../storage/storage.ts';
import { type OpenUsage, openUsage } from '../usage/index.ts';
import { RecentBook } from './recent-book.ts';

/** Records per read, and fewer where they are large: what was read and not applied yet is memory. */
const RECORDS_PER_READ_MAX = 200;
const RECORDS_PER_READ_MIN = 8;
const BYTES_PER_READ = 2_000_000;
/** Log applied before the event loop breathes: a few milliseconds of work, or one batch of the largest size. */
const BYTES_PER_BREATH = 250_000;
/** Written in one turn of the event loop: some ten milliseconds, of which SQLite takes half. */
const CHECKPOINT_PART_BYTES = 524_288;
/** A checkpoint costs as much as the state is large, a restart as much as the log's tail is long. */
const CHECKPOINT_AFTER_RECORDS = 5_000;
const CHECKPOINT_AFTER_MS = 30_000;
/** Whatever the traffic, and also after a checkpoint that could not be saved: a large state is not written all the time. */
const CHECKPOINT_PAUSE_MS = 10_000;

/**
 * Flags whose usage is saved with one checkpoint, while there will be others: SQLite writes that many in 10 to 30 ms,
 * during which the server does nothing else. Where more are asked for, a sudden end costs the others their counts since
 * the last time.
 */
const USAGE_ROWS_PER_CHECKPOINT = 500;

export type CheckpointOutcome = 'not-due' | 'saved' | 'lease-lost';

/**
 * Turns the batch log of one environment into evidence, and into usage (which flags are asked for). Both are functions
 * of the log (`analysis/evidence`, `features/usage`); this is only their I/O: read on, apply, checkpoint. It lives as
 * long as its lease: whoever holds the lease next loads the last checkpoint and replays the tail, and arrives at the
 * same state.
 *
 * State and position move together, in one turn of the event loop, so that a checkpoint may be taken in any other. When
 * applying fails in the middle of a record they do not belong together any more, and nothing more comes from here.
 */
export class Accountant {
  readonly environment: string;
  /** Reads on to the end of the log. Fulfilled with the number of records applied. */
  readonly readOn: () => Promise<number>;
  readonly #storage: Storage;
  readonly #lease: LeaseToken;
  readonly #nowMs: () => number;
  readonly #usage: OpenUsage;
  readonly #recent: RecentBook;
  #state: EvidenceState;
  #position: LogPosition;
  #isIntact = true;
  #recordsPerRead = RECORDS_PER_READ_MIN;
  #recordsSinceCheckpoint = 0;
  #checkpointAtMs: number;
  #saving: Promise<CheckpointOutcome> | null = null;

  private constructor(options: AccountantOptions, { state, position, usage }: Books) {
    this.environment = options.environment;
    this.readOn = sharedRuns(() => this.#applyTail());
    this.#storage = options.storage;
    this.#lease = options.lease;
    this.#nowMs = options.platform.nowMs;
    this.#usage = usage;
    this.#recent = new RecentBook(options.platform.nowMs());
    this.#state = state;
    this.#position = position;
    this.#checkpointAtMs = options.platform.nowMs();
  }

  static async open(options: AccountantOptions): Promise<Accountant> {
    const checkpoint = await options.storage.findCheckpoint(options.environment);
    // Anybody may report under a browser key; nobody can guess how this process lays out its tables.
    const tableSeed = Buffer.from(options.platform.randomBytes(4)).readUInt32LE();
    const evidence = { positionPpm, tableSeed };
    const state = checkpoint === undefined ? createEvidence(evidence) : restoreEvidence(checkpoint.state, evidence);
    const usage = await openUsage(options.storage, options.environment);
    return new Accountant(options, { state, position: checkpoint?.position ?? {}, usage });
  }

  /** False once a record was applied by half: then only a new accountant, from the last checkpoint, can go on. */
  get isIntact(): boolean {
    return this.#isIntact;
  }

  summary(rolloutId: string, epoch: number): EvidenceSummary | undefined {
    return summarize(this.#state, rolloutId, epoch);
  }

  stage(rolloutId: string, epoch: number, stageIndex: number): readonly StageStratum[] | undefined {
    return summarizeStage(this.#state, { rolloutId, epoch, stageIndex });
  }

  /** What SDKs say of themselves, up to now by this node's clock. */
  sdkHealth(rolloutId: string, epoch: number): SdkHealth | undefined {
    return sdkHealthOf(this.#state, { rolloutId, epoch }, this.#nowMs());
  }

  /** Rollouts of which records said something since this was last asked. What changes with time alone is not told. */
  takeChanged(): ReadonlySet<string> {
    const changed = new Set(this.#state.touched);
    this.#state.touched.clear();
    return changed;
  }

  health(): EvidenceHealth {
    return healthOf(this.#state);
  }

  recent(): RecentEvents {
    return this.#recent.view(this.#nowMs());
  }

  /**
   * Saves state and position together when enough has happened since the last time, or when told to. One at a time: an
   * older one that is written after a newer would bring back a position whose records are deleted.
   */
  async checkpoint(when: 'due' | 'now'): Promise<CheckpointOutcome> {
    if (when === 'due' && (this.#saving !== null || !this.#isCheckpointDue())) return 'not-due';
    await this.#saving?.catch(() => undefined);
    if (!this.#isIntact || this.#recordsSinceCheckpoint === 0) return 'not-due';
    this.#saving = this.#save(when).finally(() => {
      this.#saving = null;
    });
    return this.#saving;
  }

  async #save(when: 'due' | 'now'): Promise<CheckpointOutcome> {
    const atMs = this.#nowMs();
    this.#checkpointAtMs = atMs;
    await this.#usage.learn();
    // What follows is of one turn, and applying goes on while it is written; while we learnt, it may have failed.
    if (!this.#isIntact) return 'not-due';
    const records = this.#recordsSinceCheckpoint;
    const position = this.#position;
    this.#recordsSinceCheckpoint = 0;
    const parts = serializeInParts(this.#state, CHECKPOINT_PART_BYTES);
    const usage = this.#usage.book.takeChanges(atMs, when === 'due' ? USAGE_ROWS_PER_CHECKPOINT : undefined);
    try {
      const checkpoint = { environment: this.environment, position, parts, atMs };
      if ((await this.#storage.saveCheckpoint(checkpoint, this.#lease, usage)) === 'lease-lost') return 'lease-lost';
    } catch (error) {
      this.#recordsSinceCheckpoint += records;
      this.#usage.book.restore(usage);
      throw error;
    }
    await this.#storage.deleteRecords(this.environment, position);
    return 'saved';
  }

  #isCheckpointDue(): boolean {
    const sinceMs = this.#nowMs() - this.#checkpointAtMs;
    // A clock that was set back says nothing of how long it has been.
    if (sinceMs < 0) return true;
    if (sinceMs < CHECKPOINT_PAUSE_MS) return false;
    return this.#recordsSinceCheckpoint >= CHECKPOINT_AFTER_RECORDS || sinceMs >= CHECKPOINT_AFTER_MS;
  }

  async #applyTail(): Promise<number> {
    for (let applied = 0; ; ) {
      const limit = this.#recordsPerRead;
      const rows = await this.#storage.readRecords(this.environment, this.#position, limit);
      await this.#applyAll(rows);
      applied += rows.length;
      if (rows.length < limit) return applied;
    }
  }

  async #applyAll(rows: readonly LogRecordRow[]): Promise<void> {
    let bytes = 0;
    let breathAtBytes = BYTES_PER_BREATH;
    for (const row of rows) {
      this.#apply(row);
      bytes += row.body.length;
      if (bytes < breathAtBytes) continue;
      breathAtBytes = bytes + BYTES_PER_BREATH;
      await nextTurn();
    }
    if (rows.length === 0) return;
    const fitting = Math.floor(BYTES_PER_READ / (bytes / rows.length));
    this.#recordsPerRead = Math.min(RECORDS_PER_READ_MAX, Math.max(RECORDS_PER_READ_MIN, fitting));
  }

  #apply({ stream, position, body }: LogRecordRow): void {
    if (!this.#isIntact) throw new Error(`the books of ${this.environment} were left in the middle of a record`);
    this.#isIntact = false;
    const record = recordOf(body);
    const countedBefore = this.#state.totals.batches;
    this.#state = applyRecord(this.#state, record);
    // A repeat of a batch counts nowhere.
    if (record.kind === 'batch' && this.#state.totals.batches > countedBefore) {
      this.#usage.book.count(record);
      this.#recent.note(record);
    }
    this.#position = { ...this.#position, [stream]: position };
    this.#recordsSinceCheckpoint += 1;
    this.#isIntact = true;
  }
}

/** What is kept of a log up to a position: all of it moves together. */
interface Books {
  readonly state: EvidenceState;
  readonly position: LogPosition;
  readonly usage: OpenUsage;
}

export interface AccountantOptions {
  readonly storage: Storage;
  readonly environment: string;
  readonly lease: LeaseToken;
  readonly platform: Pick<Platform, 'nowMs' | 'randomBytes'>;
}

function recordOf(body: string): LogRecord {
  // Ingest wrote the text after checking it against the schema, the controller from a LogRecord: nobody else writes.
  return JSON.parse(body) as LogRecord;
}
