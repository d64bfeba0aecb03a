import type { Platform } from '../platform.ts';
import type { Initialized } from './client-api.ts';

/**
 * When a client counts as initialised. The server's answer is best and ends every waiting. A cached snapshot is good
 * enough once the server has been asked in vain, or time is up: an application that starts while the server is down
 * does not wait for nothing.
 */
export class Initialization {
  readonly #platform: Platform;
  #state: 'nothing' | 'cached' | 'cached-only' | 'server' = 'nothing';
  #lastProblem = 'the server has not answered yet';
  #waiting: ((result: Initialized) => void)[] = [];

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  serverAnswered(): void {
    this.#state = 'server';
    this.#settle({ source: 'server' });
  }

  cacheLoaded(): void {
    if (this.#state === 'nothing') this.#state = 'cached';
  }

  attemptFailed(why: string): void {
    this.#lastProblem = why;
    if (this.#state !== 'cached') return;
    this.#state = 'cached-only';
    this.#settle({ source: 'cache' });
  }

  wait(timeoutMs: number): Promise<Initialized> {
    if (this.#state === 'server') return Promise.resolve({ source: 'server' });
    if (this.#state === 'cached-only') return Promise.resolve({ source: 'cache' });
    return new Promise((resolve, reject) => {
      const timeUp = (): void => {
        this.#waiting = this.#waiting.filter((other) => other !== settle);
        if (this.#state === 'nothing') reject(new Error(this.#complaint(timeoutMs)));
        else resolve({ source: 'cache' });
      };
      const cancelTimer = this.#platform.after(timeoutMs, timeUp, { holdsProcess: true });
      const settle = (result: Initialized): void => {
        cancelTimer();
        resolve(result);
      };
      this.#waiting.push(settle);
    });
  }

  #complaint(timeoutMs: number): string {
    return `no flags after ${timeoutMs} ms: ${this.#lastProblem}. Evaluation gives defaults; the client keeps trying.`;
  }

  #settle(result: Initialized): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const settle of waiting) settle(result);
  }
}
