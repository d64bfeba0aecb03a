import { DEFAULT_UNIT, findReader } from './attribute.ts';
import type { ConditionPlan } from './condition-plan.ts';
import type { Segment } from './flag.ts';
import type { References } from './flag-plan.ts';
import type { Members } from './members.ts';
import { membersOf } from './members-of.ts';
import { planCondition } from './plan-condition.ts';
import type { ReadAttribute } from './read-attribute.ts';
import { referencesOf, scopeOf, type Workshop } from './scope.ts';
import { indexTexts } from './text-index.ts';

/** Listed units first (excluded before included), then the condition. */
export interface SegmentPlan {
  /** The attribute path of what is listed, and its reader (see `findReader`). */
  readonly subject: string;
  readonly read: ReadAttribute | undefined;
  /** Most segments exclude nobody by name. */
  readonly excluded: Members<string> | undefined;
  readonly included: Members<string>;
  readonly condition: ConditionPlan;
  readonly references: References | undefined;
}

export function planSegment(segment: Segment, workshop: Workshop): SegmentPlan {
  const { unit: subject = DEFAULT_UNIT, excluded, included, condition } = segment;
  const scope = scopeOf(workshop);
  return {
    subject,
    read: findReader(subject),
    excluded: excluded.length === 0 ? undefined : membersOf(excluded, indexTexts),
    included: membersOf(included, indexTexts),
    condition: planCondition(condition, scope),
    references: referencesOf(scope),
  };
}
