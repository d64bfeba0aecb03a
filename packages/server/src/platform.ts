import { randomBytes, randomUUID } from 'node:crypto';

/** Time, chance and timers, as one object: nothing else in the server reads a clock or draws a number. */
export interface Platform {
  nowMs(): number;
  /** Calls back every `intervalMs` until stopped; a slow callback is never entered twice. */
  every(intervalMs: number, callback: () => void | Promise<void>): () => void;
  after(delayMs: number, callback: () => void | Promise<void>): () => void;
  randomId(): string;
  randomBytes(count: number): Uint8Array;
}

/**
 * A timer's callback has no caller: what it throws is told to `onError`, and the next interval comes all the same. Left
 * alone it would end the process, and with it every stream, because a database went away for a second.
 */
export function systemPlatform(onError: (error: unknown) => void = warn): Platform {
  const run = async (callback: () => void | Promise<void>): Promise<void> => {
    try {
      await callback();
    } catch (error) {
      onError(error);
    }
  };
  return {
    nowMs: Date.now,
    every(intervalMs, callback) {
      let running = false;
      const timer = setInterval(async () => {
        if (running) return;
        running = true;
        await run(callback);
        running = false;
      }, intervalMs);
      timer.unref();
      return () => clearInterval(timer);
    },
    after(delayMs, callback) {
      const timer = setTimeout(() => run(callback), delayMs);
      timer.unref();
      return () => clearTimeout(timer);
    },
    randomId: randomUUID,
    randomBytes: (count) => randomBytes(count),
  };
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
