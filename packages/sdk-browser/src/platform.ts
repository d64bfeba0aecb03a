import { drawDelayMs, type HttpOutcome } from '@tidegate/sdk-core';

/**
 * A page, as the SDK sees it: with `send-request.ts` and `follow-stream.ts` the only files here that touch the world. A
 * page is one world, so these are functions to import, and no port: tests bring globals of their own.
 */

/** Grows steadily: every age, delay and duration is the difference of two of these. */
export function monotonicMs(): number {
  return performance.now();
}

/** The wall clock. May jump: used only for what others read, or a later page. */
export function epochMs(): number {
  return Date.now();
}

/** A timer holds a little more; a longer delay would fire at once. */
const TIMER_MAX_MS = 2e9;

/** Calls back once, unless what it gives is called before. */
export function after(delayMs: number, callback: () => void): () => void {
  const timer = setTimeout(callback, Math.min(delayMs, TIMER_MAX_MS));
  return () => clearTimeout(timer);
}

/**
 * Fulfilled after a while, or at once when the signal says that nothing is worth waiting for. A signal is for one thing at
 * a time, and tells the last who asked it: what has ended leaves no listener with it, however long it lives.
 */
export function sleep(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = after(delayMs, resolve);
    signal.onabort = () => {
      cancel();
      resolve();
    };
  });
}

/** Before the next attempt (see `drawDelayMs`), at least as spread as `withinMs`. */
export function backOffMs(failureCount: number, outcome?: HttpOutcome, withinMs = 0): number {
  return Math.max(withinMs * Math.random(), drawDelayMs({ random: Math.random, epochMs }, failureCount, outcome));
}

/** 128 random bits. `crypto.randomUUID` is missing on pages that do not come over https. */
export function randomId(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join();
}
