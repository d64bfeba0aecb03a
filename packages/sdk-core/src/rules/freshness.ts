import type { CancelTimer, Platform } from '../platform.ts';

/**
 * How long ago the server confirmed the held rules, and whether that is too long. A beat comes every few seconds, so
 * hearing must cost nothing: one timer sleeps until the bound could be reached, and sleeps on when something came.
 */
export class Freshness {
  readonly #platform: Platform;
  readonly #staleAfterMs: number;
  readonly #onStale: () => void;
  /** Monotonic. Negative ages of a cache written under another clock count as 0. */
  #confirmedMs: number;
  #patienceFromMs: number;
  #isStale = false;
  #cancelTimer: CancelTimer | undefined;

  constructor(options: { platform: Platform; staleAfterMs: number; onStale: () => void }) {
    this.#platform = options.platform;
    this.#staleAfterMs = options.staleAfterMs;
    this.#onStale = options.onStale;
    this.#confirmedMs = options.platform.monotonicMs();
    this.#patienceFromMs = this.#confirmedMs;
    this.#sleep(this.#staleAfterMs);
  }

  get isStale(): boolean {
    return this.#isStale;
  }

  get ageMs(): number {
    return this.#platform.monotonicMs() - this.#confirmedMs;
  }

  /** The server said that the rules held are current. */
  confirm(): void {
    this.#confirmedMs = this.#platform.monotonicMs();
    this.#patienceFromMs = this.#confirmedMs;
    if (!this.#isStale) return;
    this.#isStale = false;
    this.#sleep(this.#staleAfterMs);
  }

  /** The rules held were confirmed that long ago, by the wall clock. A new client has its full patience all the same. */
  startFrom(ageMs: number): void {
    this.#confirmedMs = this.#platform.monotonicMs() - Math.max(0, ageMs);
  }

  stop(): void {
    this.#cancelTimer?.();
  }

  #sleep(delayMs: number): void {
    this.#cancelTimer = this.#platform.after(delayMs, () => this.#wake());
  }

  #wake(): void {
    const leftMs = this.#patienceFromMs + this.#staleAfterMs - this.#platform.monotonicMs();
    if (leftMs > 0) {
      this.#sleep(leftMs);
      return;
    }
    this.#isStale = true;
    this.#onStale();
  }
}
