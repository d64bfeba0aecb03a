import { type Condition, type Context, evaluate, type Flag, type Segment } from '@tidegate/evaluation';
import type { DeltaChange } from '@tidegate/protocol';
import type { EnvironmentView } from './environment-view.ts';

/**
 * What a browser may hold. A flag is `off` (never sent), `value` (sent as what the server evaluated for the context:
 * one constant rule, no condition, no other variation), or `rules` (sent whole, with the segments it reads). A `rules`
 * flag that leans on a flag which may not be sent is sent as a value instead: nothing leaks through a dependency.
 */
export function browserFlags(view: EnvironmentView, context: Context): Flag[] {
  return [...view.flags.values()].flatMap((flag) => browserFlag(view, flag, context) ?? []);
}

/** The segments that the `rules` flags of a browser read, and the segments that those read. */
export function browserSegments(view: EnvironmentView): Segment[] {
  const sent = new Map<string, Segment>();
  const visit = (key: string): void => {
    const segment = view.segments.get(key);
    if (segment === undefined || sent.has(key)) return;
    sent.set(key, segment);
    for (const inner of segmentsIn(segment.condition)) visit(inner);
  };
  for (const flag of view.flags.values()) {
    if (!mayTravelWhole(view, flag)) continue;
    for (const rule of flag.rules) for (const key of segmentsIn(rule.condition)) visit(key);
  }
  return [...sent.values()];
}

/** What the changed keys mean to one browser: its own form of every flag that may now answer otherwise. */
export function browserChanges(
  view: EnvironmentView,
  changes: readonly DeltaChange[],
  context: Context,
): DeltaChange[] {
  const flags = [...affectedFlags(view, changes)].map((key): DeltaChange => {
    const flag = view.flags.get(key);
    return { kind: 'flag', key, document: flag === undefined ? null : (browserFlag(view, flag, context) ?? null) };
  });
  if (!changes.some((change) => change.kind === 'segment') && flags.length === 0) return [];
  const segments = browserSegments(view).map(
    (segment): DeltaChange => ({ kind: 'segment', key: segment.key, document: segment }),
  );
  return [...segments, ...flags];
}

/** Flags that changed, and flags that lean on a changed flag or segment, however far away. */
function affectedFlags(view: EnvironmentView, changes: readonly DeltaChange[]): Set<string> {
  const segments = new Set(changes.filter((change) => change.kind === 'segment').map((change) => change.key));
  growUntilStable(segments, view.segments, (segment) => segmentsIn(segment.condition).some((key) => segments.has(key)));
  const flags = new Set(changes.filter((change) => change.kind === 'flag').map((change) => change.key));
  growUntilStable(
    flags,
    view.flags,
    (flag) =>
      flag.prerequisites.some((prerequisite) => flags.has(prerequisite.flag)) ||
      flag.rules.some((rule) => segmentsIn(rule.condition).some((key) => segments.has(key))),
  );
  return flags;
}

function growUntilStable<T>(keys: Set<string>, all: ReadonlyMap<string, T>, leans: (one: T) => boolean): void {
  for (let before = -1; before !== keys.size; ) {
    before = keys.size;
    for (const [key, one] of all) if (!keys.has(key) && leans(one)) keys.add(key);
  }
}

function browserFlag(view: EnvironmentView, flag: Flag, context: Context): Flag | undefined {
  if (flag.clientSide === 'off') return undefined;
  return mayTravelWhole(view, flag) ? flag : evaluatedFlag(view, flag, context);
}

function mayTravelWhole(view: EnvironmentView, flag: Flag, above: readonly string[] = []): boolean {
  if (flag.clientSide !== 'rules' || above.includes(flag.key)) return false;
  return flag.prerequisites.every((prerequisite) => {
    const other = view.flags.get(prerequisite.flag);
    return other !== undefined && mayTravelWhole(view, other, [...above, flag.key]);
  });
}

function evaluatedFlag(view: EnvironmentView, flag: Flag, context: Context): Flag | undefined {
  const { value, variation, reason, ruleId, exposure } = evaluate(view.rules, flag.key, context);
  if (value === undefined || variation === undefined) return undefined;
  return {
    key: flag.key,
    kind: flag.kind,
    variations: [{ key: variation, value }],
    enabled: true,
    offVariation: variation,
    salt: '',
    prerequisites: [],
    targets: [],
    rules: [],
    fallthrough: {
      kind: 'evaluated',
      variation,
      reason,
      ...(ruleId === undefined ? {} : { ruleId }),
      ...(exposure === undefined ? {} : { exposure }),
    },
    clientSide: 'value',
    revision: flag.revision,
  };
}

function segmentsIn(condition: Condition): string[] {
  if ('segment' in condition) return [condition.segment];
  if ('not' in condition) return segmentsIn(condition.not);
  if ('all' in condition) return condition.all.flatMap(segmentsIn);
  if ('any' in condition) return condition.any.flatMap(segmentsIn);
  return [];
}
