import { childrenOf } from './children-of.ts';
import type { Condition, Flag, Segment, Serve } from './flag.ts';

/** By key, what a document asks of others. */
export interface NamedReferences {
  readonly flags: readonly string[];
  readonly segments: readonly string[];
}

export const NO_REFERENCES: NamedReferences = { flags: [], segments: [] };

/** Of a flag or a segment. @throws for one that is broken. */
export function readReferences(document: unknown): NamedReferences {
  // One that is neither fails where it is read.
  const flag = document as Flag | Segment;
  if ('rules' in flag) return { flags: flagsOf(flag), segments: segmentsOf(flag) };
  return { flags: [], segments: segmentsOfSegment(flag) };
}

/** The flags whose answers a flag's own depends on: prerequisites, and those that conditions ask. */
export function flagsOf(flag: Pick<Flag, 'prerequisites'> & Asking): readonly string[] {
  return [...flag.prerequisites.map((prerequisite) => prerequisite.flag), ...leavesOf(flag).flatMap(flagIn)];
}

/** The segments that a flag asks, once per mention. */
export function segmentsOf(flag: Pick<Flag, 'holdout'> & Asking): readonly string[] {
  const named = leavesOf(flag).flatMap(segmentIn);
  return flag.holdout === undefined ? named : [flag.holdout, ...named];
}

/** The segments that a segment asks, once per mention. */
export function segmentsOfSegment(segment: Pick<Segment, 'condition'>): readonly string[] {
  return leaves(segment.condition).flatMap(segmentIn);
}

/** What conditions stand in: those of rules, the scopes of rollouts, and caps. */
type Asking = Pick<Flag, 'rules'> & Partial<Pick<Flag, 'fallthrough'>>;

function leavesOf({ rules, fallthrough }: Asking): Condition[] {
  const ofRules = rules.flatMap(({ condition, serve }) => [condition, ...conditionsOf(serve)]);
  return [...ofRules, ...conditionsOf(fallthrough)].flatMap(leaves);
}

function conditionsOf(serve: Serve | undefined): readonly Condition[] {
  if (serve?.kind !== 'rollout' && serve?.kind !== 'split') return [];
  const capped = (serve.caps ?? []).map(({ condition }) => condition);
  return serve.kind === 'rollout' && serve.scope !== undefined ? [serve.scope, ...capped] : capped;
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
