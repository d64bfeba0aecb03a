export { unitKeyOf } from './attribute.ts';
export { positionPpm, seedOf, type UnitHashes, unitHashes } from './bucket.ts';
export { CONDITION_DEPTH_MAX } from './condition.ts';
export { evaluate, evaluateAll } from './evaluate.ts';
export type { ConditionTrace, Context, Evaluation, Explanation, ExplanationStep } from './evaluation.ts';
export { explain } from './explain.ts';
export type {
  Arm,
  Condition,
  ErrorCode,
  ExposureTag,
  Flag,
  FlagKind,
  Operator,
  Prerequisite,
  Reason,
  Rule,
  Segment,
  Serve,
  ServeEvaluated,
  ServeRollout,
  ServeSplit,
  ServeVariation,
  SplitRange,
  Target,
  Variation,
} from './flag.ts';
export type { JsonValue } from './json.ts';
export { kindOf, matchesKind } from './kind.ts';
export { operatorTakes } from './operator.ts';
export { REFERENCE_DEPTH_MAX, REFERENCE_VISITS_MAX } from './references.ts';
export { compile, flagKeys, type Rules, type RulesChange, type RulesDocuments, recompile } from './rules.ts';
export { xxh32Le32, xxh32Utf8 } from './xxh32.ts';
