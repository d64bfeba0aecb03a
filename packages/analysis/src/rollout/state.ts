/**
 * Where a rollout stands. One union: what is not in a kind cannot be asked of it.
 *
 *     scheduled ─▶ progressing ─▶ baking ─▶ succeeded
 *         │           │  ▲ │ ▲       │
 *         │           ▼  │ ▼ │       │            (paused remembers which of the two it left)
 *         │           paused         │
 *         ▼              │           │
 *     cancelled          └──▶ aborting ──▶ rolledBack
 */
export type RolloutState =
  | { readonly kind: 'scheduled'; readonly startAtMs: number }
  | ActiveState
  | { readonly kind: 'paused'; readonly resume: ActiveState; readonly pausedAtMs: number; readonly by: Actor }
  | {
      readonly kind: 'aborting';
      readonly fromStageIndex: number;
      readonly cause: KillCause;
      readonly abortedAtMs: number;
      /** The revision that serves control again; null until the change is written. */
      readonly revision: number | null;
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
  | { readonly kind: 'cancelled'; readonly atMs: number; readonly by: Actor };

export type ActiveState =
  | {
      readonly kind: 'progressing';
      readonly stageIndex: number;
      readonly stageEnteredAtMs: number;
      readonly holds: readonly Hold[];
    }
  | {
      readonly kind: 'baking';
      readonly stageIndex: number;
      readonly stageEnteredAtMs: number;
      readonly holds: readonly Hold[];
    };

/** A named reason not to advance. The ramp rises only when there is none. */
export interface Hold {
  readonly reason: 'stage-timer' | 'min-sample' | 'evidence' | 'no-data' | 'sample-ratio' | 'metric-error';
  /** What waits, in words an operator can act on. */
  readonly detail: string;
  readonly sinceMs: number;
  /** When the hold ends by itself; null when only evidence or an operator ends it. */
  readonly untilMs: number | null;
}

export type KillCause =
  | { readonly kind: 'harm'; readonly metric: string; readonly logEvidence: number; readonly logThreshold: number }
  | { readonly kind: 'command'; readonly by: Actor; readonly reason: string };

/** Who did it: a person or tool behind a key, or the server's controller. */
export interface Actor {
  readonly kind: 'key' | 'controller' | 'setup';
  readonly id: string;
  readonly name: string;
}
