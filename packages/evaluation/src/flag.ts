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
  /** The variation served while the flag is disabled, a prerequisite is not met, or the unit is held out. */
  readonly offVariation: string;
  /** Seeds the buckets of this flag. Data, made at creation: renaming or restarting never reshuffles. */
  readonly salt: string;
  readonly prerequisites: readonly Prerequisite[];
  readonly targets: readonly Target[];
  /** A segment whose members get the off variation whatever the rules say: they show what life without it is like. */
  readonly holdout?: string;
  /** The flag's share of a layer; units outside it get the off variation. */
  readonly layer?: LayerSlice;
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

/**
 * Stands wherever a flag names a variation that it serves, and means the caller's own default: the evaluation then has
 * neither value nor variation. No variation can have this key.
 */
export const CALLER_DEFAULT = '$default';

/**
 * Flags of one layer take disjoint parts of the same positions, so no unit is in two of them. Its positions are those
 * of the salt `layer/KEY`, independent of every flag's own.
 */
export interface LayerSlice {
  readonly key: string;
  /** The attribute path of what is divided; `targetingKey` when absent. A unit that is missing is outside. */
  readonly unit?: string;
  readonly fromPpm: number;
  readonly toPpm: number;
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
  /** Met as a prerequisite is. Not in segments, which flags refer to, nor in caps, which must not change unseen. */
  | { readonly flag: string; readonly variations: readonly string[] }
  | { readonly bucket: Bucket }
  | Leaf
  | DialectLeaf;

export interface Leaf {
  /** A path (`org.plan`); `$now` is the instant of the evaluation, in epoch milliseconds. */
  readonly attribute: string;
  readonly operator: Operator;
  readonly values: readonly JsonValue[];
  readonly dialect?: undefined;
}

/** A leaf whose operator is another vendor's own word, with that vendor's meaning, of a missing attribute too. */
export interface DialectLeaf {
  readonly dialect: Dialect;
  readonly attribute: string;
  readonly operator: string;
  readonly values: readonly JsonValue[];
}

export type Dialect = 'launchdarkly' | 'unleash' | 'growthbook' | 'flagd';

/** Holds for units whose position is in [from, to). A missing unit is in no bucket. */
export type Bucket =
  | { readonly salt: string; readonly unit?: string; readonly fromPpm: number; readonly toPpm: number }
  | VendorBucket;

export interface VendorBucket {
  readonly bucketing: VendorBucketing;
  /** Attribute paths; the first that holds a unit counts. */
  readonly units: readonly string[];
  readonly from: number;
  readonly to: number;
}

/**
 * How another vendor turns a unit into a position. Imported rules keep it, so that every user keeps the variation they
 * had. Positions are in the vendor's own numbers; `bucketings/` tells each one's.
 */
export type VendorBucketing =
  | { readonly algorithm: 'launchdarkly'; readonly prefix: string }
  | {
      readonly algorithm: 'unleash';
      readonly groupId: string;
      readonly seed: number;
      readonly bucketCount: number;
      /** What is a unit: any value that JavaScript takes for true; a text that is not empty; any that is written as one. */
      readonly takes: 'truthy' | 'text' | 'present';
    }
  | { readonly algorithm: 'growthbook'; readonly seed: string; readonly hashVersion: 1 | 2 }
  | {
      readonly algorithm: 'flagd';
      readonly prefix: string;
      readonly totalWeight: number;
      /** What is a unit: what JavaScript takes for true; any text; anything, with `null` or nothing written for a missing one. */
      readonly takes: 'truthy' | 'text' | 'orNull' | 'orEmpty';
    };

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
  | 'notBefore'
  | 'after'
  | 'notAfter'
  | 'matches'
  | 'notMatches'
  | 'inCidr'
  | 'notInCidr'
  | 'semverEquals'
  | 'semverNotEquals'
  | 'semverLessThan'
  | 'semverLessThanOrEqual'
  | 'semverGreaterThan'
  | 'semverGreaterThanOrEqual'
  | 'overlaps'
  | 'notOverlaps'
  | 'exists'
  | 'notExists';

/** What a rule gives: one variation, a weighted split, a rollout, or what a server already decided for this context. */
export type Serve = ServeVariation | ServeSplit | ServeVendorSplit | ServeRollout | ServeEvaluated;

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
  /** The first that holds has its ranges in the place of these: what the caps of a rollout leave behind. */
  readonly caps?: readonly SplitCap[];
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

export interface SplitCap {
  readonly condition: Condition;
  readonly ranges: readonly SplitRange[];
}

/** An imported split: as the vendor buckets. A position in none of the ranges passes on, as if no rule had matched. */
export interface ServeVendorSplit {
  readonly kind: 'vendorSplit';
  readonly bucketing: VendorBucketing;
  /** Attribute paths; the first that holds a unit counts. */
  readonly units: readonly string[];
  readonly ranges: readonly VendorRange[];
  readonly onMissingUnit?: string;
}

/** Half-open [from, to), in the vendor's own numbers. */
export interface VendorRange {
  readonly from: number;
  readonly to: number;
  readonly variation: string;
}

/**
 * Treatment is [0, treatmentPpm), control is the rest. Raising treatmentPpm never takes a unit out of treatment, and
 * 1 000 000 gives it to every unit. A context without a unit is in neither arm, whatever treatmentPpm is: the ramp
 * never changes what it gets (see `onMissingUnit` of `ServeSplit`), and it is not measured. Nor is one outside the scope,
 * which gets control.
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
  /** Who takes part; everybody when absent. Positions are the same with and without it. */
  readonly scope?: Condition;
  /** From the smallest share up: the first that holds counts. */
  readonly caps?: readonly RolloutCap[];
  /** When present, only control at [1 000 000 - controlSamplePpm, 1 000 000) reports exposures. */
  readonly controlSamplePpm?: number;
}

/**
 * Units of whom the condition holds stay in an earlier stage, with its share, and are measured there: so they are
 * compared with nobody but each other and those who were in that stage.
 */
export interface RolloutCap {
  readonly condition: Condition;
  readonly treatmentPpm: number;
  readonly stageIndex: number;
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
