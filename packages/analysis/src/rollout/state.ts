import type { Hold, HoldReason } from './hold.ts';

/**
 * Where a rollout stands. One union: what is not in a kind cannot be asked of it. Waiting is no state of its own, but a
 * set of holds.
 *
 *     draft ─▶ scheduled ─▶ progressing ─▶ baking ─▶ succeeded
 *                │  ▲          │  ▲ │ ▲       │           │
 *                │  │          ▼  │ ▼ │       │           │ undo
 *                │  │      paused   frozen    │           │      (both remember the stage that they left)
 *                ▼  │          │      │       ▼           │
 *       cancelled   │          └──────┴──▶ aborting ◀─────┘
 *                   │                         │
 *                   └────── retry ─────── rolledBack
 *
 * From any of them that owns its rule a person may take the rule away: that is `superseded`, and the end of it.
 * No arrow leads from `aborting` to a state that serves more treatment; only a person's retry begins anew.
 */
export type RolloutState =
  /** Made, but not asked to run: owns nothing, and is not looked at. */
  | { readonly kind: 'draft' }
  | {
      readonly kind: 'scheduled';
      readonly startAtMs: number;
      /** Once its time has come, what still holds the first stage. */
      readonly holds?: readonly Hold[];
      readonly approvals?: readonly Approval[];
    }
  | ActiveState
  | { readonly kind: 'paused'; readonly resume: ActiveState; readonly pausedAtMs: number; readonly by: Actor }
  | {
      /** The share stays, and the rule stays locked, until a person decides. */
      readonly kind: 'frozen';
      readonly resume: ActiveState;
      readonly frozenAtMs: number;
      readonly cause: KillCause;
    }
  | {
      readonly kind: 'aborting';
      readonly fromStageIndex: number;
      readonly cause: KillCause;
      readonly abortedAtMs: number;
      /** The revision that serves control again; null until the change is written. */
      readonly revision: number | null;
      /** While control comes back step by step. */
      readonly lowering?: Lowering;
    }
  | {
      /**
       * Between `baking` and `succeeded`, for a plan with a holdback: its share of units keeps control, so that what the
       * change does in the long run is measured. The guards stay armed.
       */
      readonly kind: 'heldBack';
      readonly sinceMs: number;
      readonly untilMs: number;
      /** Once its time has come, what still holds the last rise. */
      readonly holds?: readonly Hold[];
    }
  | { readonly kind: 'succeeded'; readonly atMs: number }
  | {
      readonly kind: 'rolledBack';
      readonly fromStageIndex: number;
      readonly cause: KillCause;
      readonly atMs: number;
      readonly revision: number;
      readonly confirmedCount: number;
      readonly connectedCount: number;
    }
  | { readonly kind: 'cancelled'; readonly atMs: number; readonly by: Actor }
  | {
      /** A person took the rule away from it: to serve something else, or for another rollout. */
      readonly kind: 'superseded';
      /** Null when it had not begun. */
      readonly fromStageIndex: number | null;
      readonly atMs: number;
      readonly by: Actor;
      /** The rollout that the rule was given to, before which everybody has control. */
      readonly replacedBy?: string;
    };

export type ActiveState = StageState<'progressing'> | StageState<'baking'>;

interface StageState<Kind extends string> {
  readonly kind: Kind;
  readonly stageIndex: number;
  readonly stageEnteredAtMs: number;
  readonly holds: readonly Hold[];
  /** When the first stage began; `maxDuration` counts from it. Absent in what earlier versions stored. */
  readonly startedAtMs?: number;
  /** Given in this stage, for the next. */
  readonly approvals?: readonly Approval[];
  /** Holds of this stage that a person looked at and accepted. They end; harm still kills. */
  readonly accepted?: readonly Acceptance[];
}

export interface Approval {
  readonly by: Actor;
  readonly role: string;
  readonly atMs: number;
}

export interface Acceptance {
  readonly reason: HoldReason;
  readonly source: string;
  readonly by: Actor;
}

/** A rollback on its way: the share that is served, and when it falls next. */
export interface Lowering {
  readonly treatmentPpm: number;
  readonly nextAtMs: number;
  readonly stepsLeft: number;
}

export type KillCause =
  | { readonly kind: 'harm'; readonly metric: string; readonly logEvidence: number; readonly logThreshold: number }
  /** A metric of a provider failed more often than its limits allow. */
  | { readonly kind: 'limit'; readonly guard: string; readonly detail: string }
  /** Too many SDK processes stopped running the treatment by themselves. */
  | { readonly kind: 'breakers'; readonly openCount: number; readonly instanceCount: number }
  /** The treatment lost the experiment of a stage. */
  | { readonly kind: 'experiment'; readonly metric: string; readonly detail: string }
  | { readonly kind: 'command'; readonly by: Actor; readonly reason: string }
  /** A hold outlived its deadline, or the rollout its longest duration. */
  | { readonly kind: 'deadline'; readonly hold: HoldReason; readonly source: string; readonly detail: string };

/** Who did it: a person or tool behind a key, the server's controller, or whoever signed a signal with a secret. */
export interface Actor {
  readonly kind: 'key' | 'controller' | 'setup' | 'signal';
  readonly id: string;
  readonly name: string;
}
