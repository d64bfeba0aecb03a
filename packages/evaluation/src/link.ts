import { DEFAULT_UNIT, unitReader } from './attribute.ts';
import { compileCondition, matchPosition, type Scope } from './condition.ts';
import { dependencyName, type FlagEntry, type Linked, type SegmentEntry } from './entry.ts';
import type { Context, Evaluation } from './evaluation.ts';
import type { Prerequisite, Segment } from './flag.ts';
import type { Match } from './match.ts';
import { memberOf } from './member-of.ts';
import { malformedFlag, malformedSegment } from './outcome.ts';
import { type FlagPlan, type HoldoutPlan, type LayerPlan, planFlag, type TargetPlan } from './plan-flag.ts';
import { findMalformedSegment, isMet, reachOfFlags, reachOfSegment, reachOfSegments } from './references.ts';
import type { Rules } from './rules.ts';
import { compileServe, type ServePlan } from './serve.ts';

/**
 * A flag becomes a row of steps: each prerequisite, each list of targets, each rule. A step answers or passes on, and
 * what no step answers, the fallthrough does. Steps are closures over evaluations made beforehand and over the closures
 * of the flags and segments that they refer to, so that answering looks up and allocates nothing. Each closure is made
 * in a function that does not know the Rules: it outlives them, and must not keep them alive.
 */
type Run = (context: Context) => Evaluation;
type Step = (context: Context) => Evaluation | undefined;

const NO_DEPENDENCIES: ReadonlySet<string> = new Set();
const NOBODY: Match = () => false;

export function runOf(rules: Rules, entry: FlagEntry): Run {
  entry.linked ??= linkFlag(rules, entry);
  return entry.linked.run;
}

function linkFlag(rules: Rules, entry: FlagEntry): Linked<Run> {
  const checked = entry.check();
  if (checked.kind === 'malformed') return always(malformedFlag(checked.flaw));
  const flag = checked.document;
  const plan = planFlag(flag);
  if (!plan.enabled) return always(plan.disabled);
  const segmentKeys = reachOfSegments(rules, flag);
  const others = reachOfFlags(rules, flag);
  const dependsOn = dependencies(others.keys, segmentKeys);
  const malformed = findMalformedSegment(rules, segmentKeys);
  if (malformed !== undefined) return always(malformedSegment(flag, malformed), dependsOn);
  if (!others.isBounded) return always(plan.unmet, dependsOn);
  const scope = scopeOf(rules);
  const run = firstAnswer(stepsOf(rules, scope, plan), compileServe(plan.fallthrough, plan.unanswered, rules.language));
  for (const key of others.keys) {
    for (const name of rules.flags.get(key)?.linked?.dependsOn ?? NO_DEPENDENCIES) dependsOn.add(name);
  }
  return { run, dependsOn: dependsOn.size === 0 ? NO_DEPENDENCIES : dependsOn };
}

function always(evaluation: Evaluation, dependsOn: ReadonlySet<string> = NO_DEPENDENCIES): Linked<Run> {
  return { run: () => evaluation, dependsOn };
}

function dependencies(flagKeys: ReadonlySet<string>, segmentKeys: ReadonlySet<string>): Set<string> {
  const names = new Set<string>();
  for (const key of flagKeys) names.add(dependencyName('flag', key));
  for (const key of segmentKeys) names.add(dependencyName('segment', key));
  return names;
}

function stepsOf(rules: Rules, scope: Scope, plan: FlagPlan): Step[] {
  const { prerequisites, unmet, targets, holdout, layer } = plan;
  return [
    ...prerequisites.map((prerequisite) => prerequisiteStep(rules, prerequisite, unmet)),
    ...targets.map(targetStep),
    ...(holdout === undefined ? [] : [holdoutStep(scope, holdout)]),
    ...(layer === undefined ? [] : [layerStep(layer)]),
    ...plan.rules.map(({ condition, serve }) => ruleStep(compileCondition(condition, scope), serve, scope)),
  ];
}

function scopeOf(rules: Rules): Scope {
  const { language, nowMs } = rules;
  return {
    language,
    nowMs,
    segmentMatch: (segmentKey) => segmentMatch(rules, segmentKey),
    flagMatch: (flagKey, variations) => flagMatch(rules, { flag: flagKey, variations }),
  };
}

function firstAnswer(steps: readonly Step[], fallthrough: Run): Run {
  if (steps.length === 0) return fallthrough;
  return (context) => {
    for (const step of steps) {
      const evaluation = step(context);
      if (evaluation !== undefined) return evaluation;
    }
    return fallthrough(context);
  };
}

function prerequisiteStep(rules: Rules, prerequisite: Prerequisite, unmet: Evaluation): Step {
  const match = flagMatch(rules, prerequisite);
  return (context) => (match(context) ? undefined : unmet);
}

function flagMatch(rules: Rules, prerequisite: Prerequisite): Match {
  const entry = rules.flags.get(prerequisite.flag);
  if (entry === undefined) return NOBODY;
  const run = runOf(rules, entry);
  return (context) => isMet(prerequisite, run(context));
}

function targetStep({ unit, keys, evaluation }: TargetPlan): Step {
  const unitKeyOf = unitReader(unit);
  const isTargeted = memberOf(keys);
  return (context) => {
    const unitKey = unitKeyOf(context);
    return unitKey !== undefined && isTargeted(unitKey) ? evaluation : undefined;
  };
}

function holdoutStep(scope: Scope, { segment, held }: HoldoutPlan): Step {
  return constantRuleStep(scope.segmentMatch(segment), held);
}

function layerStep({ unit, outside, ...slice }: LayerPlan): Step {
  const isInside = matchPosition(unit, slice);
  return (context) => (isInside(context) ? undefined : outside);
}

function ruleStep(match: Match, serve: ServePlan, { language }: Scope): Step {
  if (serve.kind === 'constant') return constantRuleStep(match, serve.evaluation);
  const answer = compileServe(serve, undefined, language);
  return (context) => (match(context) ? answer(context) : undefined);
}

function constantRuleStep(match: Match, evaluation: Evaluation): Step {
  return (context) => (match(context) ? evaluation : undefined);
}

function segmentMatch(rules: Rules, segmentKey: string): Match {
  const entry = rules.segments.get(segmentKey);
  if (entry === undefined) return NOBODY;
  entry.linked ??= linkSegment(rules, segmentKey, entry);
  return entry.linked.run;
}

function linkSegment(rules: Rules, segmentKey: string, entry: SegmentEntry): Linked<Match> {
  const checked = entry.check();
  const { keys, isBounded } = reachOfSegment(rules, segmentKey);
  const dependsOn = dependencies(new Set(), keys);
  // Flags that use a malformed segment fail before they ask it.
  if (checked.kind === 'malformed' || !isBounded) return { run: NOBODY, dependsOn };
  const segment = checked.document;
  return { run: compileSegment(segment, compileCondition(segment.condition, scopeOf(rules))), dependsOn };
}

function compileSegment({ unit = DEFAULT_UNIT, included, excluded }: Segment, match: Match): Match {
  if (included.length === 0 && excluded.length === 0) return match;
  const unitKeyOf = unitReader(unit);
  const isIncluded = memberOf(included);
  const isExcluded = memberOf(excluded);
  return (context) => {
    const unitKey = unitKeyOf(context);
    if (unitKey === undefined) return match(context);
    return !isExcluded(unitKey) && (isIncluded(unitKey) || match(context));
  };
}
