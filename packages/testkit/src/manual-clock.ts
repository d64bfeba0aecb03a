/** Time that only the test moves. */
export interface ManualClock {
  nowMs(): number;
  /** Moves forward; a negative duration throws, because no clock of ours goes back. */
  advance(durationMs: number): void;
}

export function manualClock(startAtMs: number): ManualClock {
  let nowMs = startAtMs;
  return {
    nowMs: () => nowMs,
    advance: (durationMs) => {
      if (!(durationMs >= 0)) throw new RangeError(`advance by 0 ms or more, not by ${durationMs}`);
      nowMs += durationMs;
    },
  };
}
