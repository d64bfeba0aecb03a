import { childrenOf } from './children-of.ts';
import type { Condition, Flag, Segment } from './flag.ts';

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
