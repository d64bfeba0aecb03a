import { compile, type Flag, type Rules, recompile, type Segment } from '@tidegate/evaluation';
import type { Delta, DeltaChange, Snapshot } from '@tidegate/protocol';
import { PROTOCOL_VERSION } from '@tidegate/protocol';
import { sharedRuns } from '../../shared-runs.ts';
import type { ChangeRow, DocumentRow, Storage } from '../../storage/storage.ts';
import { flagOf } from '../flags/index.ts';
import { segmentOf } from '../segments/index.ts';
import { type BrowserShare, browserShare } from './browser-documents.ts';
import { RecentDeltas } from './recent-deltas.ts';

/**
 * What SDKs of one environment may see, held in memory at one revision, and the deltas that led there.
 *
 * Level-triggered: `refresh` reads every change after the revision it holds, however many wake-ups were lost. Each
 * change of the log becomes one delta, also when it concerns nothing an SDK sees, so that revisions stay gap-free on
 * the stream as they are in the log.
 */
export class EnvironmentView {
  readonly environment: string;
  /** Catches up with the change log. Every delta is told once, in order, whoever asked for the refresh. */
  readonly refresh: () => Promise<void>;
  readonly #storage: Storage;
  #revision: number;
  #changedAtMs: number;
  readonly #flags: Map<string, Flag>;
  readonly #segments: Map<string, Segment>;
  #rules: Rules;
  #browserShare: BrowserShare;
  readonly #recent = new RecentDeltas();
  readonly #onDelta: DeltaListener;

  private constructor(options: ViewOptions, revision: number, documents: readonly DocumentRow[]) {
    this.environment = options.environment;
    this.refresh = sharedRuns(() => this.#readOn());
    this.#storage = options.storage;
    this.#onDelta = options.onDelta;
    this.#revision = revision;
    this.#changedAtMs = documents.reduce((latest, { updatedAtMs }) => Math.max(latest, updatedAtMs), 0);
    this.#flags = new Map(documents.filter((row) => row.kind === 'flag').map((row) => [row.key, flagOf(row)]));
    this.#segments = new Map(documents.filter((row) => row.kind === 'segment').map((row) => [row.key, segmentOf(row)]));
    this.#rules = compile(this.#source(), { nowMs: options.nowMs });
    this.#browserShare = browserShare(this);
  }

  static async load(options: ViewOptions): Promise<EnvironmentView> {
    const { revision, documents } = await options.storage.readSnapshot(options.environment);
    return new EnvironmentView(options, revision, documents);
  }

  get revision(): number {
    return this.#revision;
  }

  /** When the last change was made; of those before the view was loaded, the last of a document that is still there. */
  get changedAtMs(): number {
    return this.#changedAtMs;
  }

  get rules(): Rules {
    return this.#rules;
  }

  get flags(): ReadonlyMap<string, Flag> {
    return this.#flags;
  }

  get segments(): ReadonlyMap<string, Segment> {
    return this.#segments;
  }

  /** Which of these browsers receive, and in what form. */
  get browserShare(): BrowserShare {
    return this.#browserShare;
  }

  snapshot(): Snapshot {
    return { protocol: PROTOCOL_VERSION, environment: this.environment, ...this.#source() };
  }

  /** The deltas after a revision, or undefined when they are no longer (or not yet) at hand. */
  deltasSince(revision: number): readonly Delta[] | undefined {
    return revision === this.#revision ? [] : this.#recent.since(revision);
  }

  /** Whether the log is shorter than what is held: it was restored from a backup, or lost its end in a failover. */
  async isAheadOfLog(): Promise<boolean> {
    const held = this.#revision;
    return (await this.#storage.currentRevision(this.environment)) < held;
  }

  async #readOn(): Promise<void> {
    for (;;) {
      const changes = await this.#storage.listChanges(this.environment, this.#revision, CHANGES_PER_READ);
      for (const change of changes) this.#apply(change);
      if (changes.length < CHANGES_PER_READ) return;
    }
  }

  #apply(change: ChangeRow): void {
    const changes = deltaChangesOf(change);
    const delta: Delta = { fromRevision: change.revision - 1, revision: change.revision, changes };
    for (const one of changes) {
      if (one.kind === 'flag') put(this.#flags, one.key, one.document);
      else put(this.#segments, one.key, one.document);
    }
    const shareBefore = this.#browserShare;
    this.#rules = recompile(this.#rules, changes, change.revision);
    if (changes.length > 0) this.#browserShare = browserShare(this);
    this.#revision = change.revision;
    this.#changedAtMs = change.atMs;
    this.#recent.add(delta);
    this.#onDelta(this, delta, shareBefore);
  }

  #source() {
    return { revision: this.#revision, flags: [...this.#flags.values()], segments: [...this.#segments.values()] };
  }
}

/** Called right after a view has moved to the delta's revision. */
export type DeltaListener = (view: EnvironmentView, delta: Delta, shareBefore: BrowserShare) => void;

export interface ViewOptions {
  readonly storage: Storage;
  readonly environment: string;
  /** What rules that ask for the time are told. */
  readonly nowMs: () => number;
  readonly onDelta: DeltaListener;
}

/** One read of the change log holds the event loop for a few milliseconds at most. */
const CHANGES_PER_READ = 500;

function deltaChangesOf(change: ChangeRow): DeltaChange[] {
  const { kind, key, archived } = change;
  if (kind === 'flag') return [{ kind, key, document: archived ? null : flagOf(change) }];
  if (kind === 'segment') return [{ kind, key, document: archived ? null : segmentOf(change) }];
  return [];
}

function put<T>(map: Map<string, T>, key: string, document: T | null): void {
  if (document === null) map.delete(key);
  else map.set(key, document);
}
