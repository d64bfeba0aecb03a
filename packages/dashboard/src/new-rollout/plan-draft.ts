import type { LintView } from '@tidegate/protocol';
import type { PlanNote } from './plan-notes.ts';
import type { PlanEdit, PlanObject } from './plan-text.ts';

/** What every section of the wizard is given: the plan as it is written, and how to write more of it. */
export interface PlanDraft {
  readonly plan: PlanObject;
  /** The plan as the server understands it, every default said; null while it does not. */
  readonly understood: LintView['plan'];
  readonly windows: LintView['windows'];
  readonly notes: readonly PlanNote[];
  readonly edit: (...edits: readonly PlanEdit[]) => void;
}
