import { setImmediate as nextTurn } from 'node:timers/promises';
import { problem } from '../../http/problem.ts';

/** Looks between two breaths of the event loop: a few milliseconds of work. */
const LOOKS_PER_BREATH = 10;
/** Rehearsals that wait for the one at work; each takes seconds, and nobody waits for a minute. */
const WAITING_MAX = 4;

/**
 * Runs rehearsals beside everything else that the server does: one after the other, and a few looks at a time, so that
 * no request and no kill waits for one longer than milliseconds.
 */
export class Rehearsals {
  #last: Promise<unknown> = Promise.resolve();
  #waitingCount = 0;

  async run<Result>(steps: () => Generator<void, Result>): Promise<Result> {
    if (this.#waitingCount > WAITING_MAX) {
      throw problem('unavailable', { detail: 'Other rehearsals are being run; ask again in some seconds.' });
    }
    this.#waitingCount += 1;
    const run = this.#last.then(() => breathing(steps()));
    // The next one waits for this one, however it ends.
    this.#last = run.catch(() => undefined);
    return run.finally(() => {
      this.#waitingCount -= 1;
    });
  }
}

async function breathing<Result>(steps: Generator<void, Result>): Promise<Result> {
  for (let look = 1; ; look += 1) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (look % LOOKS_PER_BREATH === 0) await nextTurn();
  }
}
