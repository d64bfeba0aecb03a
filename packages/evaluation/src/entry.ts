import type { Evaluation } from './evaluation.ts';
import type { FlagPlan } from './flag-plan.ts';
import type { SegmentPlan } from './plan-segment.ts';

/**
 * One document of some Rules and what has been made of it so far. Every step waits for the first use, so that start-up
 * costs no more than the parsing of JSON:
 *
 *     document ─▶ plan, or its flaw ─▶ linked to what it refers to ─▶ fixed, when no context changes the answer
 *
 * A plan says all that is needed of its document, which is let go.
 */
export interface Entry<Plan, Fixed> {
  document: unknown;
  checked: Plan | Malformed | undefined;
  /** The plan, once it is linked. */
  plan: Plan | undefined;
  /** The answer to every context, once it is linked and has one. */
  fixed: Fixed | undefined;
  links: Links;
}

export type FlagEntry = Entry<FlagPlan, Evaluation>;
export type SegmentEntry = Entry<SegmentPlan, boolean>;

/** What is wrong with a document: a sentence that begins with a path. */
export class Malformed {
  readonly flaw: string;

  constructor(flaw: string) {
    this.flaw = flaw;
  }
}

/** What stands at the places of a plan's `References` in some Rules; undefined for what is not there. */
export interface Links {
  readonly flags: readonly (FlagEntry | undefined)[];
  readonly segments: readonly (SegmentEntry | undefined)[];
}

export const NO_LINKS: Links = { flags: [], segments: [] };

export function isLinked({ plan, fixed }: Entry<unknown, unknown>): boolean {
  return plan !== undefined || fixed !== undefined;
}

export function newEntry<Plan, Fixed>(document: unknown, checked?: Plan | Malformed): Entry<Plan, Fixed> {
  return { document, checked, plan: undefined, fixed: undefined, links: NO_LINKS };
}
