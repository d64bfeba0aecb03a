import type { Flag, JsonValue, Segment } from '@tidegate/evaluation';

/**
 * `tidegate.json`: the flags and segments of one environment as a file that people write, review and keep in Git. What
 * may be left out has the default that the REST API gives it (`flagOf`, `segmentOf`).
 */
export interface FlagFile {
  readonly $schema?: string;
  /** `project/environment` that the file was pulled from. */
  readonly environment?: string;
  /** The revision at which it was. */
  readonly revision?: number;
  readonly flags: Readonly<Record<string, FlagDefinition>>;
  readonly segments?: Readonly<Record<string, SegmentDefinition>>;
  /** Every change of a flag or segment up to `revision`, oldest first: what `documentsAt` reads. */
  readonly history?: readonly FileChange[];
}

/** A flag by its key. `salt` is the key when absent: give it to bucket as a server does. */
export interface FlagDefinition extends Partial<Omit<Flag, 'key' | 'revision'>>, FlagHousekeeping {}

export interface SegmentDefinition extends Partial<Omit<Segment, 'key' | 'revision'>>, SegmentHousekeeping {}

/** What operators want to know of a flag and no evaluation needs. */
interface FlagHousekeeping {
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly owner?: string;
  readonly temporary?: boolean;
  readonly expiresAtMs?: number;
  /** JSON Schema of a json flag's values. */
  readonly valueSchema?: JsonValue;
}

interface SegmentHousekeeping {
  readonly description?: string;
  readonly tags?: readonly string[];
}

/** A flag with nothing left out that has a default. */
export interface WholeFlag extends Omit<Flag, 'revision'>, FlagHousekeeping {}

export interface WholeSegment extends Omit<Segment, 'revision'>, SegmentHousekeeping {}

/** One change of the change log, with what it made of the document; `null` when it archived it. */
export type FileChange = FileChangeFields &
  (
    | { readonly kind: 'flag'; readonly definition: FlagDefinition | null }
    | { readonly kind: 'segment'; readonly definition: SegmentDefinition | null }
  );

interface FileChangeFields {
  readonly revision: number;
  readonly key: string;
  readonly action: string;
  readonly actor: {
    readonly kind: 'key' | 'controller' | 'setup' | 'signal';
    readonly id: string;
    readonly name: string;
  };
  readonly reason: string;
  readonly atMs: number;
}
