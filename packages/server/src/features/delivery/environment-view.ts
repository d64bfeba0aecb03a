import { compile, type Flag, type Rules, recompile, type Segment } from '@tidegate/evaluation';
import type { Delta, DeltaChange, Snapshot } from '@tidegate/protocol';
import { PROTOCOL_VERSION } from '@tidegate/protocol';
import type { ChangeRow, DocumentRow, Storage } from '../../storage/storage.ts';
import { flagOf } from '../flags/index.ts';
import { segmentOf } from '../segments/index.ts';

/**
 * What SDKs of one environment may see, held in memory at one revision, and the deltas that led there.
 *
 * Level-triggered: `refresh` reads every change after the revision it holds, however many wake-ups were lost. Each
 * change of the log becomes one delta, also when it concerns nothing an SDK sees, so that revisions stay gap-free on
 * the stream as they are in the log.
 */
export class EnvironmentView {
  readonly environment: string;
  readonly #storage: Storage;
  #revision: number;
  readonly #flags: Map<string, Flag>;
  readonly #segments: Map<string, Segment>;
  #rules: Rules;
  readonly #recent: Delta[] = [];
  #refreshing: Promise<void> = Promise.resolve();
  readonly #onDelta: (view: EnvironmentView, delta: Delta) => void;

  private constructor(options: ViewOptions, revision: number, documents: readonly DocumentRow[]) {
    this.environment = options.environment;
    this.#storage = options.storage;
    this.#onDelta = options.onDelta;
    this.#revision = revision;
    this.#flags = new Map(documents.filter((row) => row.kind === 'flag').map((row) => [row.key, flagOf(row)]));
    this.#segments = new Map(documents.filter((row) => row.kind === 'segment').map((row) => [row.key, segmentOf(row)]));
    this.#rules = compile(this.#source());
  }

  static async load(options: ViewOptions): Promise<EnvironmentView> {
    const { revision, documents } = await options.storage.readSnapshot(options.environment);
    return new EnvironmentView(options, revision, documents);
  }

  get revision(): number {
    return this.#revision;
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

  snapshot(): Snapshot {
    return { protocol: PROTOCOL_VERSION, environment: this.environment, ...this.#source() };
  }

  /** Catches up with the change log. Every delta is told once, in order, whoever asked for the refresh. */
  refresh(): Promise<void> {
    // A call during a read may stem from a change that the read has already passed: reads follow one another.
    const next = this.#refreshing.then(() => this.#readOn());
    this.#refreshing = next.catch(() => undefined);
    return next;
  }

  /** The deltas after a revision, or undefined when they are no longer (or not yet) at hand. */
  deltasSince(revision: number): readonly Delta[] | undefined {
    if (revision === this.#revision) return [];
    const first = this.#recent.findIndex((delta) => delta.fromRevision === revision);
    return first === -1 ? undefined : this.#recent.slice(first);
  }

  async #readOn(): Promise<void> {
    for (;;) {
      const changes = await this.#storage.listChanges(this.environment, this.#revision, CHANGES_PER_READ);
      for (const change of changes) this.#onDelta(this, this.#apply(change));
      if (changes.length < CHANGES_PER_READ) return;
    }
  }

  #apply(change: ChangeRow): Delta {
    const changes = deltaChangesOf(change);
    const delta: Delta = { fromRevision: change.revision - 1, revision: change.revision, changes };
    for (const one of changes) {
      if (one.kind === 'flag') put(this.#flags, one.key, one.document);
      else put(this.#segments, one.key, one.document);
    }
    this.#rules = recompile(this.#rules, changes, change.revision);
    this.#revision = change.revision;
    this.#recent.push(delta);
    if (this.#recent.length > RECENT_DELTAS_MAX) this.#recent.shift();
    return delta;
  }

  #source() {
    return { revision: this.#revision, flags: [...this.#flags.values()], segments: [...this.#segments.values()] };
  }
}

interface ViewOptions {
  readonly storage: Storage;
  readonly environment: string;
  /** Called right after the view has moved to the delta's revision. */
  readonly onDelta: (view: EnvironmentView, delta: Delta) => void;
}

/** One read of the change log holds the event loop for a few milliseconds at most. */
const CHANGES_PER_READ = 500;
/** A client that missed more than this is served faster by a snapshot. */
const RECENT_DELTAS_MAX = 1_000;

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
