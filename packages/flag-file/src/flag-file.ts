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
}

/** A flag by its key. `salt` is the key when absent: give it to bucket as a server does. */
export interface FlagDefinition extends Partial<Omit<Flag, 'key' | 'revision'>> {
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly owner?: string;
  readonly temporary?: boolean;
  readonly expiresAtMs?: number;
  /** JSON Schema of a json flag's values. */
  readonly valueSchema?: JsonValue;
}

export interface SegmentDefinition extends Partial<Omit<Segment, 'key' | 'revision'>> {
  readonly description?: string;
  readonly tags?: readonly string[];
}
