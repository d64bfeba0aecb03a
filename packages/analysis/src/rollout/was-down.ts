import type { DecisionInput } from './decision.ts';
import type { Held } from './found-hold.ts';

/** The controller looks every second or so; silent for longer than this, it was down, and nobody watched the stage. */
export const DOWNTIME_MS = 60_000;

/**
 * Whether nobody watched this stage for a while, or what waits before the first and after the last. A step raised on the
 * strength of a dwell that nobody watched would be raised blindly; and several of them, one per look, would race through
 * what should have taken hours.
 */
export function wasDown({ lastLookAtMs, nowMs }: DecisionInput, state: Held): boolean {
  if (lastLookAtMs === null) return dueSinceMs(state) < nowMs;
  return nowMs - lastLookAtMs > DOWNTIME_MS;
}

/** Since when there is something to watch. */
function dueSinceMs(state: Held): number {
  if (state.kind === 'scheduled') return state.startAtMs;
  return state.kind === 'heldBack' ? state.untilMs : state.stageEnteredAtMs;
}
