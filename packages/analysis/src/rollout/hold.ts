import type { LimitsVerdict } from '../limits/assess-metric.ts';

/** Everything that can keep a rollout from rising. `docs/rollouts.md` tells of each what to do. */
export type HoldReason =
  | 'stage-timer'
  | 'min-sample'
  | 'evidence'
  | 'window'
  | 'freeze'
  | 'approval'
  | 'no-data'
  | 'no-outcomes'
  | 'metric-error'
  | 'sample-ratio'
  | 'crossover'
  | 'inconclusive'
  | 'limit'
  | 'dependency'
  | 'ack-pending'
  | 'experiment'
  | 'marginal'
  | 'lost-events'
  | 'open-breakers'
  | 'measurement'
  | 'gate'
  | 'traffic'
  | 'drift';

/** What a gate's last answer comes to. */
export type GateWord = 'open' | 'closed' | 'unasked' | 'error';

/**
 * A named reason not to advance. The ramp rises only when none blocks. Each says since when, until when, what happens
 * then, and what else ends it; one without `untilMs` waits for as long as `releasedBy` takes, and says so.
 */
export interface Hold {
  readonly reason: HoldReason;
  /** What it is about where a reason can hold more than once: a guard's metric, a stage, an environment. Else empty. */
  readonly source: string;
  /** What waits, in words an operator can act on. */
  readonly detail: string;
  /** Of whoever is asked again and again: what the last answer comes to. Another one is news; other words for it are not. */
  readonly said?: GateWord | LimitsVerdict;
  readonly sinceMs: number;
  /** When it ends by itself, or its deadline is; null when it has none. */
  readonly untilMs: number | null;
  /** At `untilMs`: it `ends`; the rollout is rolled back; it goes on past the hold; or it stays held, for a person. */
  readonly outcome: 'ends' | 'abort' | 'continue' | 'hold';
  readonly releasedBy: Releaser;
}

/** What ends a hold before its deadline. A person may also promote past any but `freeze` and `approval`. */
export type Releaser =
  | 'time'
  | 'evidence'
  | 'sdks'
  | 'approval'
  | 'unfreeze'
  | 'other-rollout'
  | 'operator'
  | 'gate'
  | 'traffic';

/** A hold whose deadline passed, where the plan says to go on, is still shown, and holds nothing. */
export function isBlocking({ outcome, untilMs }: Hold, nowMs: number): boolean {
  return !(outcome === 'continue' && untilMs !== null && nowMs >= untilMs);
}

/** Which wait it is. */
type Wait = Pick<Hold, 'reason' | 'source'>;

/** The same wait, whatever its words. */
export function isSameHold(one: Wait, other: Wait): boolean {
  return one.reason === other.reason && one.source === other.source;
}

/** Waits for people and calendars run on while the server is down; waits for evidence could not have ended then. */
export const RUNS_ON_UNWATCHED: readonly HoldReason[] = ['approval', 'window', 'freeze', 'dependency'];
