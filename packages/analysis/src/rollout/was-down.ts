import type { DecisionInput } from './decision.ts';
import type { ActiveState } from './state.ts';

/** The controller looks every second or so; silent for longer than this, it was down, and nobody watched the stage. */
export const DOWNTIME_MS = 60_000;

/**
 * Whether nobody watched this stage for a while. A step raised on the strength of a dwell that nobody watched would be
 * raised blindly; and several of them, one per look, would race through what should have taken hours.
 */
export function wasDown({ lastLookAtMs, nowMs }: DecisionInput, state: ActiveState): boolean {
  if (lastLookAtMs === null) return state.stageEnteredAtMs < nowMs;
  return nowMs - lastLookAtMs > DOWNTIME_MS;
}
