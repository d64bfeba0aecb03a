import type { PlanFlaw } from '@tidegate/analysis/plans';
import type { ProblemCode } from '@tidegate/protocol';

/** Why a plan is not taken, and where in the plan as it was written. */
export interface Refusal extends Pick<PlanFlaw, 'path' | 'detail'> {
  readonly code: ProblemCode;
}
