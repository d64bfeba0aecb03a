import { CONDITION_DEPTH_MAX, type Condition, type Rule, type Serve, type SplitCap } from '@tidegate/evaluation';

/**
 * A comparison with nothing (`exists`) may leave its empty `values` out of a file, as it may in the REST API. What is no
 * condition, or too deep for one, stays as it is: the compiler says so.
 */
export function wholeCondition(condition: Condition): Condition {
  return mapCondition(condition, (leaf) => ('values' in leaf ? leaf : { ...leaf, values: [] }));
}

/** The same condition as briefly as a file can say it. */
export function briefCondition(condition: Condition): Condition {
  return mapCondition(condition, ({ values, ...leaf }) => (isNothing(values) ? leaf : { ...leaf, values }));
}

/** The same rules with `map` of their conditions and caps. A file may have anything where its rules should be. */
export function mapConditions(rules: readonly Rule[], map: (condition: Condition) => Condition): readonly Rule[] {
  if (!Array.isArray(rules)) return rules;
  return rules.map((rule: Rule) => {
    if (!isRecord(rule)) return rule;
    return { ...rule, condition: map(rule.condition), serve: mapCaps(rule.serve, map) };
  });
}

/** The same serve with `map` of the conditions of its caps. */
export function mapCaps(serve: Serve, map: (condition: Condition) => Condition): Serve {
  if (!isRecord(serve) || serve.kind !== 'split' || !Array.isArray(serve.caps)) return serve;
  const caps = serve.caps.map((cap: SplitCap) => (isRecord(cap) ? { ...cap, condition: map(cap.condition) } : cap));
  return { ...serve, caps };
}

interface FileLeaf {
  readonly attribute: unknown;
  readonly values?: unknown;
}

function mapCondition(condition: Condition, map: (leaf: FileLeaf) => object): Condition {
  // What comes out has the shape that came in, but for the `values` of comparisons.
  return mapLeaves(condition, map, CONDITION_DEPTH_MAX) as Condition;
}

function mapLeaves(node: unknown, map: (leaf: FileLeaf) => object, levelsLeft: number): unknown {
  if (levelsLeft === 0 || !isRecord(node)) return node;
  const each = (child: unknown) => mapLeaves(child, map, levelsLeft - 1);
  if ('all' in node && Array.isArray(node.all)) return { ...node, all: node.all.map(each) };
  if ('any' in node && Array.isArray(node.any)) return { ...node, any: node.any.map(each) };
  if ('not' in node) return { ...node, not: each(node.not) };
  return 'attribute' in node ? map(node) : node;
}

function isNothing(values: unknown): boolean {
  return values === undefined || (Array.isArray(values) && values.length === 0);
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
