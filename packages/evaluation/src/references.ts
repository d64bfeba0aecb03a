import { childrenOf } from './condition.ts';
import type { Evaluation } from './evaluation.ts';
import type { Condition, Flag, Prerequisite, Segment } from './flag.ts';
import type { Rules } from './rules.ts';

/**
 * Flags refer to flags (prerequisites) and segments to segments, and nothing stops documents from going in circles or
 * from fanning out: two prerequisites on each of twenty levels are a million evaluations. So before something is
 * linked, its references are followed along every path, as an evaluation may do, within two limits. What exceeds one,
 * as every circle does, is unbounded: a flag answers as if a prerequisite were not met, and nobody is in the segment. That depends on the
 * documents alone, never on where an evaluation began.
 */
export const REFERENCE_DEPTH_MAX = 16;
/** Evaluating one flag may visit that many others, and one segment that many others: at worst some 50 µs. */
export const REFERENCE_VISITS_MAX = 1_000;

export interface Reach {
  readonly isBounded: boolean;
  /** The keys that were visited, known or not; when unbounded, enough of them to know it. */
  readonly keys: ReadonlySet<string>;
}

/** The flags whose answers a flag's own depends on: prerequisites, and those that conditions ask. */
export function flagsOf(flag: Pick<Flag, 'prerequisites' | 'rules'>): readonly string[] {
  return [...flag.prerequisites.map((prerequisite) => prerequisite.flag), ...leavesOf(flag).flatMap(flagIn)];
}

/** The segments that a flag asks, once per mention. */
export function segmentsOf(flag: Pick<Flag, 'holdout' | 'rules'>): readonly string[] {
  const named = leavesOf(flag).flatMap(segmentIn);
  return flag.holdout === undefined ? named : [flag.holdout, ...named];
}

/** The segments that a segment asks, once per mention. */
export function segmentsOfSegment(segment: Pick<Segment, 'condition'>): readonly string[] {
  return leaves(segment.condition).flatMap(segmentIn);
}

export function reachOfFlags(rules: Rules, flag: Flag): Reach {
  return follow(flagsOf(flag), (flagKey) => {
    const checked = rules.flags.get(flagKey)?.check();
    return checked?.kind === 'sound' ? flagsOf(checked.document) : [];
  });
}

export function reachOfSegment(rules: Rules, segmentKey: string): Reach {
  return follow([segmentKey], (key) => {
    const checked = rules.segments.get(key)?.check();
    return checked?.kind === 'sound' ? segmentsOfSegment(checked.document) : [];
  });
}

/** The keys of all segments that a flag leads to. */
export function reachOfSegments(rules: Rules, flag: Flag): ReadonlySet<string> {
  const named = new Set(segmentsOf(flag));
  const reached = new Set<string>();
  for (const key of named) for (const reachedKey of reachOfSegment(rules, key).keys) reached.add(reachedKey);
  return reached;
}

/**
 * A flag that uses a malformed segment cannot tell who is in it, and `not` would turn a guess into everybody; so it
 * fails as a whole.
 */
export function findMalformedSegment(rules: Rules, keys: ReadonlySet<string>): MalformedSegment | undefined {
  for (const key of keys) {
    const checked = rules.segments.get(key)?.check();
    if (checked?.kind === 'malformed') return { key, flaw: checked.flaw };
  }
  return undefined;
}

export interface MalformedSegment {
  readonly key: string;
  readonly flaw: string;
}

/** Met when the other flag is enabled (also where a server evaluated it) and serves one of the wanted variations. */
export function isMet({ variations }: Prerequisite, { variation, reason }: Evaluation): boolean {
  return variation !== undefined && reason !== 'DISABLED' && variations.includes(variation);
}

function leavesOf(flag: Pick<Flag, 'rules'>): Condition[] {
  return flag.rules.flatMap(({ condition }) => leaves(condition));
}

function leaves(condition: Condition): Condition[] {
  const children = childrenOf(condition);
  return children.length === 0 ? [condition] : children.flatMap(leaves);
}

function segmentIn(leaf: Condition): string[] {
  return 'segment' in leaf ? [leaf.segment] : [];
}

function flagIn(leaf: Condition): string[] {
  return 'flag' in leaf ? [leaf.flag] : [];
}

function follow(start: readonly string[], referencesOf: (key: string) => readonly string[]): Reach {
  const keys = new Set<string>();
  const left: { key: string; depth: number }[] = start.map((key) => ({ key, depth: 1 }));
  let visitCount = 0;
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { key, depth } = next;
    keys.add(key);
    visitCount++;
    if (depth > REFERENCE_DEPTH_MAX || visitCount > REFERENCE_VISITS_MAX) return { isBounded: false, keys };
    for (const reference of referencesOf(key)) left.push({ key: reference, depth: depth + 1 });
  }
  return { isBounded: true, keys };
}
