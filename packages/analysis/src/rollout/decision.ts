import type { SdkHealth } from '../evidence/sdk-health.ts';
import type { EvidenceSummary } from '../evidence/summary.ts';
import type { RunAssessment } from '../limits/assess-run.ts';
import type { RolloutAssessment } from '../statistics/assessment.ts';
import type { GateWord } from './hold.ts';
import type { RolloutPlan } from './plan.ts';
import type { Actor, RolloutState } from './state.ts';

/**
 * The version of the rules by which `decide` decides. It grows with every change of them after which a stored input
 * could be decided otherwise, so that whoever recomputes an old decision knows whether the two may differ.
 */
export const RULES_VERSION = 5;

interface Order {
  readonly by: Actor;
  readonly reason: string;
}

/** What a rule serves, as `@tidegate/evaluation` defines it: this room only carries it. */
type Serve = Readonly<Record<string, unknown>>;

/** What a person can ask of a rollout. */
export type RolloutCommand =
  /** A draft is scheduled, and a scheduled one need not wait for its time any more; its holds it waits for. */
  | (Order & { readonly kind: 'start' })
  | (Order & { readonly kind: 'pause' })
  | (Order & { readonly kind: 'resume' })
  /** One stage up, past holds; all stages at once when `full`. */
  | (Order & { readonly kind: 'promote'; readonly full?: boolean })
  /** To any stage. Up by more than one only with `acceptRisk`; down begins the evidence anew. */
  | (Order & { readonly kind: 'jump'; readonly stageIndex: number; readonly acceptRisk?: boolean })
  | (Order & { readonly kind: 'approve'; readonly role: string })
  | (Order & { readonly kind: 'reject'; readonly role: string })
  | (Order & { readonly kind: 'abort'; readonly gradual?: boolean })
  | (Order & { readonly kind: 'retry'; readonly acceptRisk?: boolean })
  | (Order & { readonly kind: 'undo' })
  | (Order & { readonly kind: 'freeze' })
  /** The rule is not its own any more: it serves what a person says, or is given to the rollout that is named. */
  | (Order & { readonly kind: 'supersede'; readonly serve?: Serve; readonly replacedBy?: string })
  | (Order & { readonly kind: 'unfreeze'; readonly acceptRisk?: boolean });

/** What connected SDKs say of the revision that the rollout last published. */
export interface Confirmation {
  readonly connectedCount: number;
  readonly confirmedCount: number;
}

/** What a gate said last of the step that comes next. */
export interface GateAnswer {
  readonly name: string;
  readonly answer: GateWord;
  /** What it said, or what went wrong. */
  readonly detail: string;
}

/** What a traffic adapter last confirmed; null when it never did, or not any more. */
export interface AppliedWeight {
  readonly adapter: string;
  readonly appliedPpm: number | null;
  readonly detail: string;
}

/** No rollout of the environment rises until somebody ends it, or its time is over. */
export interface EnvironmentFreeze {
  readonly untilMs: number | null;
  readonly by: Actor;
  readonly reason: string;
}

/** Everything that `decide` may look at. Stored with each decision, so that it can be recomputed. */
export interface DecisionInput {
  readonly plan: RolloutPlan;
  /** Who made the rollout: not everybody may approve their own. Absent in what earlier versions stored. */
  readonly author?: Actor;
  readonly state: RolloutState;
  readonly summary: EvidenceSummary;
  readonly assessment: RolloutAssessment;
  readonly command: RolloutCommand | null;
  readonly confirmation: Confirmation;
  readonly freeze?: EnvironmentFreeze | null;
  /** With `plan.windows`: whether shares may rise now, and when they may next. */
  readonly window?: { readonly isOpen: boolean; readonly opensAtMs: number | null };
  /** With `plan.after`: whether the flag's rollout there has succeeded. */
  readonly isDependencyMet?: boolean;
  /** With `plan.providerGuards`, on the node that measures: what their limits say. */
  readonly measured?: RunAssessment;
  /** With `plan.gates`, on the node that asks: those that are before the next step. */
  readonly gates?: readonly GateAnswer[];
  /** With `plan.traffic`, on the node that sets weights. */
  readonly traffic?: readonly AppliedWeight[];
  /** On the node that accounts, while evidence is collected. */
  readonly sdkHealth?: SdkHealth;
  /** True when the rule was found to serve something else than this rollout published. */
  readonly isDrifted?: boolean;
  readonly nowMs: number;
  /** When this controller last looked; a long silence means that the server was down. Null at its first look. */
  readonly lastLookAtMs: number | null;
}

/** What the controller does. `serve` is what the owned rule must now serve; absent when it stays. */
export interface Decision {
  readonly kind:
    | 'schedule'
    | 'start'
    | 'hold'
    | 'advance'
    | 'bake'
    | 'hold-back'
    | 'succeed'
    | 'jump'
    | 'approve'
    | 'pause'
    | 'resume'
    | 'freeze'
    | 'unfreeze'
    | 'kill'
    | 'lower'
    | 'confirm'
    | 'retry'
    | 'cancel'
    | 'supersede'
    | 'refuse';
  readonly state: RolloutState;
  readonly serve?:
    | { readonly kind: 'stage'; readonly stageIndex: number }
    /** A stage on its way down. */
    | { readonly kind: 'lowered'; readonly stageIndex: number; readonly treatmentPpm: number }
    | { readonly kind: 'anchor' }
    | { readonly kind: 'treatment' }
    /** What a person said. */
    | { readonly kind: 'given'; readonly serve: Serve };
  /** Evidence begins anew: the next epoch, and the next attempt, which has less of alpha to spend. */
  readonly renews?: true;
  /** One sentence for the log, the terminal and the page. */
  readonly reason: string;
  /** True when state or served rule differ from before: only then is there something to write. */
  readonly changed: boolean;
  /** By which rules; absent in what the first version stored. */
  readonly rulesVersion?: number;
}
