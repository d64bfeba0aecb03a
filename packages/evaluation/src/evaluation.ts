import type { ErrorCode, ExposureTag, Reason, SplitRange } from './flag.ts';
import type { JsonValue } from './json.ts';

/** Attributes of what asks; `targetingKey` is the default unit key, as in OpenFeature. */
export interface Context {
  readonly targetingKey?: string | number;
  readonly [attribute: string]: JsonValue | undefined;
}

/**
 * The answer for one flag and one context. `value` is undefined when the caller's own default is to be served: when
 * `reason` is ERROR, and, with any other reason and no error, where the flag says so (`CALLER_DEFAULT`). Evaluations are shared and frozen, with their values to any depth: never write to one.
 *
 * STATIC: the fallthrough's variation of a flag with no prerequisites, targets or rules. TARGETING_MATCH: a target or
 * rule. SPLIT: a split or rollout. DISABLED: the off variation of a disabled flag. DEFAULT: the fallthrough's variation
 * after no rule matched, or the off variation because a prerequisite was not met. A unit that is held out is a
 * TARGETING_MATCH, one outside the flag's slice of its layer a SPLIT, both with the off variation and no rule. ERROR: FLAG_NOT_FOUND, PARSE_ERROR
 * (the document, or a segment it uses, is malformed) or TARGETING_KEY_MISSING (see `onMissingUnit`).
 */
export interface Evaluation {
  readonly value: JsonValue | undefined;
  readonly variation: string | undefined;
  readonly reason: Reason;
  readonly errorCode?: ErrorCode;
  readonly errorMessage?: string;
  readonly ruleId?: string;
  /** The revision of the flag that answered; 0 when there is none. */
  readonly revision: number;
  /** Present when a rollout served the variation to a measured unit. */
  readonly exposure?: ExposureTag;
}

/** What `explain` tells of one evaluation, step by step, in the order in which they were taken. */
export interface Explanation {
  readonly flagKey: string;
  readonly evaluation: Evaluation;
  readonly steps: readonly ExplanationStep[];
}

export type ExplanationStep =
  | { readonly kind: 'enabled'; readonly flagKey: string; readonly enabled: boolean }
  | {
      readonly kind: 'prerequisite';
      readonly flagKey: string;
      readonly wanted: readonly string[];
      readonly served: string | undefined;
      readonly met: boolean;
      readonly explanation?: Explanation;
    }
  | {
      readonly kind: 'target';
      readonly variation: string;
      readonly unit: string;
      readonly unitKey: string | undefined;
      readonly matched: boolean;
    }
  | { readonly kind: 'rule'; readonly ruleId: string; readonly matched: boolean; readonly condition: ConditionTrace }
  /** Whether the rule (the fallthrough, without one) is reached by a context that its rollout leaves out. */
  | { readonly kind: 'scope'; readonly ruleId?: string; readonly outside: boolean; readonly condition: ConditionTrace }
  /** Whether the rule (the fallthrough, without one) is reached by a context that gets these shares of it. */
  | {
      readonly kind: 'cap';
      readonly ruleId?: string;
      readonly capped: boolean;
      readonly condition: ConditionTrace;
      readonly ranges: readonly SplitRange[];
    }
  | { readonly kind: 'fallthrough' }
  | { readonly kind: 'serve'; readonly variation: string }
  /** Whether the context is held out; `segment` says why. */
  | { readonly kind: 'holdout'; readonly held: boolean; readonly segment: ConditionTrace }
  | ({ readonly kind: 'layer'; readonly layer: string } & Position & Slice)
  | ({
      readonly kind: 'bucket';
      readonly range: { readonly fromPpm: number; readonly toPpm: number; readonly variation: string } | undefined;
    } & Position)
  | ({
      readonly kind: 'vendorBucket';
      readonly range: { readonly from: number; readonly to: number; readonly variation: string } | undefined;
    } & VendorTrace);

/** How a unit got its position: xxh32(utf8(unitKey), 0), then xxh32(le32(unitHash), seed) with seed = xxh32(utf8(salt), 0). */
export interface Position {
  readonly unit: string;
  readonly unitKey: string | undefined;
  readonly salt: string;
  readonly seed: number;
  readonly unitHash: number | undefined;
  readonly positionPpm: number | undefined;
}

/** Whether a position is in [fromPpm, toPpm). */
export interface Slice {
  readonly fromPpm: number;
  readonly toPpm: number;
  readonly matched: boolean;
}

/** How a unit got its position by another vendor's algorithm; without `unit`, none of `units` held one. */
export interface VendorTrace {
  readonly algorithm: string;
  readonly units: readonly string[];
  readonly unit: string | undefined;
  /** What was hashed. */
  readonly input: string | undefined;
  readonly position: number | undefined;
}

export type ConditionTrace =
  | { readonly kind: 'all' | 'any'; readonly matched: boolean; readonly children: readonly ConditionTrace[] }
  | { readonly kind: 'not'; readonly matched: boolean; readonly child: ConditionTrace }
  | {
      readonly kind: 'segment';
      readonly segment: string;
      readonly matched: boolean;
      /** `cycle`: its segments lead back to it, or through more of them than an evaluation may visit. */
      readonly why: 'excluded' | 'included' | 'condition' | 'unknown-segment' | 'cycle';
      readonly condition?: ConditionTrace;
    }
  | {
      readonly kind: 'flag';
      readonly flagKey: string;
      readonly wanted: readonly string[];
      readonly served: string | undefined;
      readonly matched: boolean;
      readonly explanation?: Explanation;
    }
  | ({ readonly kind: 'bucket' } & Position & Slice)
  | ({
      readonly kind: 'vendorBucket';
      readonly from: number;
      readonly to: number;
      readonly matched: boolean;
    } & VendorTrace)
  | {
      readonly kind: 'leaf';
      readonly attribute: string;
      readonly operator: string;
      readonly values: readonly JsonValue[];
      /** Whose meaning the operator has; our own when absent. */
      readonly dialect?: string;
      readonly actual: JsonValue | undefined;
      readonly matched: boolean;
    };
