export type { Condition, Deadline, MetricDefinition, RaiseWindow } from '../rollout/plan.ts';
export { armRanges, type PositionRange } from './arm-ranges.ts';
export { attemptShare } from './attempt-alpha.ts';
export { BUILT_IN_TEMPLATES } from './built-in-templates.ts';
export { type ExpandedPlan, expandPlan, type PlanContext } from './expand-plan.ts';
export { findPlanFlaws, type PlanSurroundings } from './find-plan-flaws.ts';
export {
  fillTemplate,
  findMismatch,
  findUnknownHoles,
  type GuardTemplate,
  type Json,
  referenceOf,
  type TemplateArguments,
  type TemplateParameter,
  type TemplateReference,
} from './guard-template.ts';
export { ANTI_PATTERNS, type AntiPatternId } from './lint/anti-patterns.ts';
export { type LintFacts, type LintWarning, lintPlan, type Traffic } from './lint/lint-plan.ts';
export type { PlanFlaw, PlanPath } from './plan-flaw.ts';
export { STAGES_MAX } from './presets.ts';
export type { PresetName, WrittenPlan } from './written-plan.ts';
