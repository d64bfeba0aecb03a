import { manualClock } from './manual-clock.ts';

/** Time with timers, that only the test moves. */
export interface ManualTime {
  nowMs(): number;
  after(delayMs: number, callback: () => void): () => void;
  /** Moves forward, running what falls due in order; promises settle before and after each timer. */
  advance(durationMs: number): Promise<void>;
  /** Lets promises settle without moving. */
  settle(): Promise<void>;
  /** Timers that are set and have not run. */
  timerCount(): number;
}

export function manualTime(startAtMs = 0): ManualTime {
  const clock = manualClock(startAtMs);
  const timers = new Set<Timer>();
  const runDue = async (untilMs: number): Promise<void> => {
    for (let next = nextTimer(timers, untilMs); next !== undefined; next = nextTimer(timers, untilMs)) {
      timers.delete(next);
      clock.advance(Math.max(0, next.dueAtMs - clock.nowMs()));
      next.callback();
      await settle();
    }
  };
  return {
    nowMs: clock.nowMs,
    after(delayMs, callback) {
      const timer = { dueAtMs: clock.nowMs() + delayMs, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(durationMs) {
      const untilMs = clock.nowMs() + durationMs;
      await settle();
      await runDue(untilMs);
      clock.advance(untilMs - clock.nowMs());
    },
    settle,
    timerCount: () => timers.size,
  };
}

interface Timer {
  readonly dueAtMs: number;
  readonly callback: () => void;
}

/** The earliest; of two at one instant, the one that was set first. */
function nextTimer(timers: ReadonlySet<Timer>, untilMs: number): Timer | undefined {
  let earliest: Timer | undefined;
  for (const timer of timers) {
    if (timer.dueAtMs <= untilMs && (earliest === undefined || timer.dueAtMs < earliest.dueAtMs)) earliest = timer;
  }
  return earliest;
}

/** A turn of the event loop: every promise that can settle has settled, however long its chain. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
