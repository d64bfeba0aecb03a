export { unitKeyOf } from './attribute.ts';
export { positionPpm, seedOf, type UnitHashes, unitHashes } from './bucket.ts';
export { anything, type Check, finite, integer, listOf, optional, record, text, truth } from './check.ts';
export { compile } from './compile.ts';
export { COMPLETE_LANGUAGE } from './complete-language.ts';
export { evaluate, evaluateAll, evaluateEach } from './evaluate.ts';
export type {
  ConditionTrace,
  Context,
  Evaluation,
  Explanation,
  ExplanationStep,
  Position,
  VendorTrace,
} from './evaluation.ts';
export type { Evaluator, MakeEvaluator } from './evaluator.ts';
export { explain } from './explain.ts';
export { CONDITION_DEPTH_MAX } from './find-condition-flaw.ts';
export { findFlagFlaw, findSegmentFlaw } from './find-flaw.ts';
export type {
  Arm,
  Bucket,
  Condition,
  Dialect,
  DialectLeaf,
  ErrorCode,
  ExposureTag,
  Flag,
  FlagKind,
  LayerSlice,
  Leaf,
  Operator,
  Prerequisite,
  Reason,
  RolloutCap,
  Rule,
  Segment,
  Serve,
  ServeEvaluated,
  ServeRollout,
  ServeSplit,
  ServeVariation,
  ServeVendorSplit,
  SplitCap,
  SplitRange,
  Target,
  Variation,
  VendorBucket,
  VendorBucketing,
  VendorRange,
} from './flag.ts';
export { CALLER_DEFAULT } from './flag.ts';
export { flagsWithRollouts, referencesOf, textOfDocument } from './held-documents.ts';
export type { JsonValue } from './json.ts';
export { kindOf, matchesKind } from './kind.ts';
export { operatorTakes } from './operators.ts';
export { REFERENCE_DEPTH_MAX, REFERENCE_VISITS_MAX } from './reach.ts';
export { readDocuments } from './read-documents.ts';
export { flagsOf, segmentsOf, segmentsOfSegment } from './references.ts';
export { flagKeys, type Rules, type RulesChange, type RulesDocuments, recompile } from './rules.ts';
export { RulesEvaluator, rulesEvaluator } from './rules-evaluator.ts';
export { valueFlag } from './value-flag.ts';
export { type VendorPosition, vendorPosition } from './vendor-position.ts';
export { writeDocuments } from './write-documents.ts';
export { xxh32Le32, xxh32Utf8 } from './xxh32.ts';
