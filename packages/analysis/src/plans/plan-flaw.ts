/** Why a plan is not taken: a code of the catalogue of problems, where in the plan as written, and what to do. */
export interface PlanFlaw {
  readonly code:
    | 'invalid-plan'
    | 'invalid-stages'
    | 'unknown-variation'
    | 'unknown-rule'
    | 'unknown-metric'
    | 'unknown-template'
    | 'invalid-template-arguments'
    | 'unknown-environment'
    | 'unknown-adapter'
    | 'adapter-in-use'
    | 'rule-does-not-serve-control';
  readonly path: PlanPath;
  /** What was expected, what came, what to do. */
  readonly detail: string;
}

export type PlanPath = readonly (string | number)[];
