import type { JsonValue } from './json.ts';

/**
 * The flag language as data. Everything here is plain JSON: it is what operators write, what the change log keeps,
 * and what travels to SDKs. Shares are integers in parts per million (1 000 000 = 100 %).
 */
export interface Flag {
  readonly key: string;
  readonly kind: FlagKind;
  readonly variations: readonly Variation[];
  readonly enabled: boolean;
  /** The variation served while the flag is disabled or a prerequisite is not met. */
  readonly offVariation: string;
  /** Seeds the buckets of this flag. Data, made at creation: renaming or restarting never reshuffles. */
  readonly salt: string;
  readonly prerequisites: readonly Prerequisite[];
  readonly targets: readonly Target[];
  readonly rules: readonly Rule[];
  readonly fallthrough: Serve;
  /** What a browser may receive: nothing, the value evaluated by the server, or the rules themselves. */
  readonly clientSide: 'off' | 'value' | 'rules';
  /** The revision of the change that made the flag what it is. */
  readonly revision: number;
}

export type FlagKind = 'boolean' | 'string' | 'number' | 'json';

export interface Variation {
  readonly key: string;
  readonly value: JsonValue;
}

/** Met when the other flag is enabled and serves one of these variations. */
export interface Prerequisite {
  readonly flag: string;
  readonly variations: readonly string[];
}

/** Units that get a variation by name, before any rule. */
export interface Target {
  readonly variation: string;
  /** The attribute path that holds the unit key; `targetingKey` when absent. */
  readonly unit?: string;
  readonly keys: readonly string[];
}

export interface Rule {
  readonly id: string;
  readonly condition: Condition;
  readonly serve: Serve;
}

/**
 * `all` and `any` over nothing are true and false. `not` is plain boolean negation, so `not` over a leaf whose
 * attribute is missing is true; the negated operators (`notEquals`, ...) are false there. See `Operator`.
 */
export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | { readonly segment: string }
  | { readonly attribute: string; readonly operator: Operator; readonly values: readonly JsonValue[] };

/**
 * A leaf matches when the attribute relates to any of `values`; an attribute that is a list relates when any of its
 * elements does. A negated operator matches when the attribute is present and its positive twin does not match.
 * A missing attribute (absent or null) matches nothing but `notExists`.
 */
export type Operator =
  | 'equals'
  | 'notEquals'
  | 'in'
  | 'notIn'
  | 'contains'
  | 'notContains'
  | 'startsWith'
  | 'notStartsWith'
  | 'endsWith'
  | 'notEndsWith'
  | 'lessThan'
  | 'lessThanOrEqual'
  | 'greaterThan'
  | 'greaterThanOrEqual'
  | 'before'
  | 'after'
  | 'semverEquals'
  | 'semverNotEquals'
  | 'semverLessThan'
  | 'semverGreaterThan'
  | 'overlaps'
  | 'notOverlaps'
  | 'exists'
  | 'notExists';

/** What a rule gives: one variation, a weighted split, a rollout, or what a server already decided for this context. */
export type Serve = ServeVariation | ServeSplit | ServeRollout | ServeEvaluated;

export interface ServeVariation {
  readonly kind: 'variation';
  readonly variation: string;
}

export interface ServeSplit {
  readonly kind: 'split';
  /** The attribute path of what is bucketed; `targetingKey` when absent. */
  readonly unit?: string;
  /** A shared salt: splits of one bucket group take the same units on purpose. The flag's own salt when absent. */
  readonly bucketGroup?: string;
  /** Half-open ranges [fromPpm, toPpm) that cover [0, 1 000 000) without overlap. */
  readonly ranges: readonly SplitRange[];
  /**
   * The variation of a context that has no unit. When absent, a rule is skipped and the next one is asked; a
   * fallthrough, after which nothing comes, answers ERROR with TARGETING_KEY_MISSING.
   */
  readonly onMissingUnit?: string;
}

export interface SplitRange {
  readonly fromPpm: number;
  readonly toPpm: number;
  readonly variation: string;
}

/**
 * Treatment is [0, treatmentPpm), control is the rest. Raising treatmentPpm never takes a unit out of treatment, and
 * 1 000 000 gives it to every unit. A context without a unit is in neither arm, whatever treatmentPpm is: the ramp
 * never changes what it gets (see `onMissingUnit` of `ServeSplit`), and it is not measured.
 */
export interface ServeRollout {
  readonly kind: 'rollout';
  readonly rolloutId: string;
  readonly epoch: number;
  readonly stageIndex: number;
  readonly treatment: string;
  readonly control: string;
  readonly treatmentPpm: number;
  readonly unit?: string;
  readonly bucketGroup?: string;
  readonly onMissingUnit?: string;
  /** When present, only control at [1 000 000 - controlSamplePpm, 1 000 000) reports exposures. */
  readonly controlSamplePpm?: number;
}

/** To the browser's evaluator a value is a flag with one constant rule: what the server decided, and why. */
export interface ServeEvaluated {
  readonly kind: 'evaluated';
  readonly variation: string;
  readonly reason: Reason;
  /** Why there is no value, when `reason` is ERROR; GENERAL when absent. */
  readonly errorCode?: ErrorCode;
  readonly ruleId?: string;
  readonly exposure?: ExposureTag;
}

/** Which arm of which rollout stage an evaluation served; the SDK turns it into an exposure. */
export interface ExposureTag {
  readonly rolloutId: string;
  readonly epoch: number;
  readonly stageIndex: number;
  readonly arm: Arm;
  /** The attribute path of the unit. */
  readonly unit: string;
}

export type Arm = 'control' | 'treatment';

/** OpenFeature's words for why a value was given. */
export type Reason = 'STATIC' | 'TARGETING_MATCH' | 'SPLIT' | 'DISABLED' | 'DEFAULT' | 'STALE' | 'CACHED' | 'ERROR';

/** OpenFeature's words for what went wrong. */
export type ErrorCode =
  | 'PROVIDER_NOT_READY'
  | 'FLAG_NOT_FOUND'
  | 'PARSE_ERROR'
  | 'TYPE_MISMATCH'
  | 'TARGETING_KEY_MISSING'
  | 'INVALID_CONTEXT'
  | 'GENERAL';

/** A named set of contexts: listed unit keys first (excluded before included), then the condition. */
export interface Segment {
  readonly key: string;
  /** The attribute path that `included` and `excluded` list; `targetingKey` when absent. */
  readonly unit?: string;
  readonly included: readonly string[];
  readonly excluded: readonly string[];
  readonly condition: Condition;
  readonly revision: number;
}
