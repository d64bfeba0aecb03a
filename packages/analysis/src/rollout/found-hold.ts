import type { Hold } from './hold.ts';
import type { Deadline } from './plan.ts';
import type { ActiveState, RolloutState } from './state.ts';

/** What a rule finds. Details are stored once and shown for as long as the hold lasts: they name what is needed. */
export type FoundHold = Pick<Hold, 'reason' | 'source' | 'detail' | 'said' | 'releasedBy'> & {
  /** When it ends by itself. */
  readonly endsAtMs?: number;
  /** Counted from when it was first found. */
  readonly deadline?: Deadline | undefined;
};

/** The states in which something may hold the next rise. */
export type Held = ActiveState | Extract<RolloutState, { kind: 'scheduled' | 'heldBack' }>;

/** Those that have a next stage. */
export type Risen = Exclude<Held, { kind: 'heldBack' }>;
