export type { ConditionTrace, Context, Evaluation, Explanation, ExplanationStep } from './evaluation.ts';
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
