import { answer } from './answer.ts';
import type { Check } from './check.ts';
import { type Entry, type FlagEntry, isLinked, type Links, Malformed, type SegmentEntry } from './entry.ts';
import type { Evaluation } from './evaluation.ts';
import type { Flag, Segment } from './flag.ts';
import type { FlagPlan, References } from './flag-plan.ts';
import { LazyDocument } from './lazy-document.ts';
import { fail, serve } from './outcome.ts';
import { planFlag } from './plan-flag.ts';
import { planSegment, type SegmentPlan } from './plan-segment.ts';
import { type Reach, reachFrom } from './reach.ts';
import type { Rules } from './rules.ts';

/** Makes an entry ready to answer, with all that it refers to, at its first use. */
export function linkFlag(rules: Rules, entry: FlagEntry): FlagEntry {
  if (isLinked(entry)) return entry;
  const plan = checkFlag(rules, entry);
  entry.fixed = plan instanceof Malformed ? malformedFlag(plan) : findFault(rules, plan);
  if (plan instanceof Malformed || entry.fixed !== undefined) return entry;
  if (plan.references !== undefined) entry.links = linksOf(rules, plan.references);
  entry.plan = plan;
  if (isFixed(plan, entry.links)) entry.fixed = answer(entry, {});
  return entry;
}

/** Whether no context changes the answer: nothing is asked before it but prerequisites that are fixed themselves. */
function isFixed({ steps, fallthrough }: FlagPlan, links: Links): boolean {
  for (const { kind, condition } of steps) {
    if (kind !== 'prerequisite' || condition.kind !== 'flag') return false;
    const flag = links.flags[condition.operand];
    if (flag !== undefined && flag.fixed === undefined) return false;
  }
  return fallthrough.split === undefined;
}

export function malformedFlag({ flaw }: Malformed): Evaluation {
  return fail('PARSE_ERROR', `Malformed flag${flaw}`);
}

/**
 * What a flag answers to everyone for a fault in what it refers to. One that uses a malformed segment cannot tell who
 * is in it, and `not` would turn a guess into everybody; so it fails as a whole.
 */
export function findFault(rules: Rules, plan: FlagPlan): Evaluation | undefined {
  if (plan.references === undefined) return undefined;
  const { flags, segments } = plan.references;
  for (const start of segments) {
    for (const key of reachOfSegment(rules, start).keys) {
      const entry = rules.segments.get(key);
      const segment = entry && checkSegment(rules, entry);
      if (segment instanceof Malformed) return malformedSegment(plan, key, segment);
    }
  }
  return reachOfFlags(rules, flags).isBounded ? undefined : serve(plan, plan.off, { reason: 'DEFAULT' });
}

function malformedSegment({ revision }: FlagPlan, key: string, { flaw }: Malformed): Evaluation {
  return fail('PARSE_ERROR', `The flag uses the segment "${key}". Malformed segment${flaw}`, revision);
}

function reachOfFlags(rules: Rules, start: readonly string[]): Reach {
  return reachFrom(start, (key) => {
    const entry = rules.flags.get(key);
    const plan = entry && checkFlag(rules, entry);
    return plan instanceof Malformed ? [] : (plan?.references?.flags ?? []);
  });
}

export function reachOfSegment(rules: Rules, start: string): Reach {
  return reachFrom([start], (key) => {
    const entry = rules.segments.get(key);
    const plan = entry && checkSegment(rules, entry);
    return plan instanceof Malformed ? [] : (plan?.references?.segments ?? []);
  });
}

function linksOf(rules: Rules, { flags, segments }: References): Links {
  return {
    flags: flags.map((key) => {
      const entry = rules.flags.get(key);
      return entry && linkFlag(rules, entry);
    }),
    segments: segments.map((key) => {
      const entry = rules.segments.get(key);
      return entry && linkSegment(rules, key, entry);
    }),
  };
}

function linkSegment(rules: Rules, key: string, entry: SegmentEntry): SegmentEntry {
  if (isLinked(entry)) return entry;
  const plan = checkSegment(rules, entry);
  // Flags that use a malformed segment fail before they ask it.
  if (plan instanceof Malformed || !reachOfSegment(rules, key).isBounded) entry.fixed = false;
  else {
    if (plan.references !== undefined) entry.links = linksOf(rules, plan.references);
    entry.plan = plan;
  }
  return entry;
}

export function checkFlag({ workshop }: Rules, entry: FlagEntry): FlagPlan | Malformed {
  entry.checked ??= planOf(entry, workshop.language.findFlagFlaw, (flag: Flag) => planFlag(flag, workshop));
  return entry.checked;
}

export function checkSegment({ workshop }: Rules, entry: SegmentEntry): SegmentPlan | Malformed {
  entry.checked ??= planOf(entry, workshop.language.findSegmentFlaw, (segment: Segment) =>
    planSegment(segment, workshop),
  );
  return entry.checked;
}

/** The plan of a document, or what is wrong with it. */
function planOf<Document, Plan>(
  entry: Entry<Plan, unknown>,
  findFlaw: Check,
  plan: (document: Document) => Plan,
): Plan | Malformed {
  const held = entry.document;
  entry.document = undefined;
  try {
    const document = held instanceof LazyDocument ? held.content() : held;
    const flaw = findFlaw(document);
    // No flaw proves the type.
    return flaw === undefined ? plan(document as Document) : new Malformed(flaw);
  } catch (error) {
    return new Malformed(error instanceof Error ? error.message : String(error));
  }
}
