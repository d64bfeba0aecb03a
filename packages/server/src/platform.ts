import { randomBytes, randomUUID } from 'node:crypto';

/** Time, chance and timers, as one object: nothing else in the server reads a clock or draws a number. */
export interface Platform {
  nowMs(): number;
  /** Calls back every `intervalMs` until stopped; a slow callback is never entered twice. */
  every(intervalMs: number, callback: () => void | Promise<void>): () => void;
  after(delayMs: number, callback: () => void): () => void;
  randomId(): string;
  randomBytes(count: number): Uint8Array;
}

export function systemPlatform(): Platform {
  return {
    nowMs: Date.now,
    every(intervalMs, callback) {
      let running = false;
      const timer = setInterval(async () => {
        if (running) return;
        running = true;
        try {
          await callback();
        } finally {
          running = false;
        }
      }, intervalMs);
      timer.unref();
      return () => clearInterval(timer);
    },
    after(delayMs, callback) {
      const timer = setTimeout(callback, delayMs);
      timer.unref();
      return () => clearTimeout(timer);
    },
    randomId: randomUUID,
    randomBytes: (count) => randomBytes(count),
  };
}
