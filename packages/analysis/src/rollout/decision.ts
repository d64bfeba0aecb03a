import type { EvidenceSummary } from '../evidence/summary.ts';
import type { RolloutAssessment } from '../statistics/assessment.ts';
import type { RolloutPlan } from './plan.ts';
import type { Actor, RolloutState } from './state.ts';

export type RolloutCommand =
  | { readonly kind: 'pause'; readonly by: Actor; readonly reason: string }
  | { readonly kind: 'resume'; readonly by: Actor; readonly reason: string }
  | { readonly kind: 'promote'; readonly by: Actor; readonly reason: string }
  | { readonly kind: 'abort'; readonly by: Actor; readonly reason: string };

/** What connected SDKs say of the revision that the rollout last published. */
export interface Confirmation {
  readonly connectedCount: number;
  readonly confirmedCount: number;
}

/** Everything that `decide` may look at. Stored with each decision, so that it can be recomputed. */
export interface DecisionInput {
  readonly plan: RolloutPlan;
  readonly state: RolloutState;
  readonly summary: EvidenceSummary;
  readonly assessment: RolloutAssessment;
  readonly command: RolloutCommand | null;
  readonly confirmation: Confirmation;
  readonly nowMs: number;
  /** When this controller last looked; a long silence means that the server was down. Null at its first look. */
  readonly lastLookAtMs: number | null;
}

/** What the controller does. `serve` is what the owned rule must now serve; absent when it stays. */
export interface Decision {
  readonly kind:
    | 'start'
    | 'hold'
    | 'advance'
    | 'bake'
    | 'succeed'
    | 'pause'
    | 'resume'
    | 'kill'
    | 'confirm'
    | 'cancel'
    | 'refuse';
  readonly state: RolloutState;
  readonly serve?:
    | { readonly kind: 'stage'; readonly stageIndex: number }
    | { readonly kind: 'anchor' }
    | { readonly kind: 'treatment' };
  /** One sentence for the log, the terminal and the page. */
  readonly reason: string;
  /** True when state or served rule differ from before: only then is there something to write. */
  readonly changed: boolean;
}
