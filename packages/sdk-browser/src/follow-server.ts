import {
  type ClientProblem,
  type ClientStatus,
  type Hello,
  type HttpOutcome,
  isRefused,
  SNAPSHOT_PATH,
  tellOutcome,
} from '@tidegate/sdk-core';
import { followStream, type Say } from './follow-stream.ts';
import { backOffMs, sleep } from './platform.ts';
import type { SendRequest } from './send-request.ts';

/**
 * The line to the server, round after round until it is closed:
 *
 *     fetching ─▶ connecting ─▶ streaming ─ lost ─▶ waiting ─▶ connecting …
 *         └───────────┴─────────────┴ no answer, no stream, silence, a gap ─▶ waiting ─▶ fetching …
 *
 * Snapshots come over plain HTTP, so rounds without a stream are the polling fallback. There is no state for "gave up".
 * What is heard is handed over, and who takes it keeps good rules whatever it is.
 */
export interface Line {
  state(): ClientStatus['connection'];
  start(): void;
  /** What is asked for is another thing now: begins anew, unless it is stopped. */
  restart(): void;
  /** Nothing is asked any more, and nothing listened to: for good when `closed`, and else until `start`. */
  stop(next: 'idle' | 'closed'): void;
}

export interface LineOptions {
  readonly baseUrl: string;
  readonly send: SendRequest;
  /** Who asks, for whom, and from where on. */
  readonly hello: () => Hello;
  /** Whether a stream can continue what is held. */
  readonly canContinue: () => boolean;
  /**
   * Takes a word with what came with it, as the JSON of a list, and may answer. 0 when it fits what is held; else a
   * snapshot is needed, and it is the time in ms over which those who need one are to spread.
   */
  readonly take: (json: string, say?: Say) => number;
  readonly onFailed: (code: ClientProblem['code'], message: string) => void;
}

export function followServer({ baseUrl, send, hello, canContinue, take, onFailed }: LineOptions): Line {
  let state: ClientStatus['connection'] = 'idle';
  /** That of the round. */
  let life = new AbortController();

  /** Undefined when there is an answer that was of use. */
  const fetchSnapshot = async (signal: AbortSignal): Promise<HttpOutcome | undefined> => {
    state = 'fetching';
    const outcome = await send(SNAPSHOT_PATH, { context: hello().context }, signal);
    if (signal.aborted) return outcome;
    if (outcome.status === 200) return take(`["snapshot",${outcome.body}]`) ? outcome : undefined;
    onFailed(isRefused(outcome) ? 'key-refused' : 'unreachable', tellOutcome(outcome));
    return outcome;
  };
  const run = async (): Promise<void> => {
    let isLost = false;
    for (let failureCount = 1; ; failureCount++) {
      life = new AbortController();
      const { signal } = life;
      let withinMs = 0;
      const outcome = isLost ? undefined : await fetchSnapshot(signal);
      if (signal.aborted) return;
      isLost = false;
      if (canContinue()) {
        state = 'connecting';
        isLost = await followStream(baseUrl, hello(), signal, {
          onOpen() {
            state = 'streaming';
          },
          onWord(json, say) {
            withinMs = take(json, say);
            // Only a stream that carried something ends a row of failures: one that opens and breaks keeps backing off.
            if (!withinMs) failureCount = 1;
            return !withinMs;
          },
        });
        if (signal.aborted) return;
      }
      state = 'waiting';
      await sleep(backOffMs(failureCount, outcome, withinMs), signal);
      if (signal.aborted) return;
    }
  };
  return {
    state: () => state,
    start() {
      if (state === 'idle') void run();
    },
    restart() {
      if (state === 'idle' || state === 'closed') return;
      life.abort();
      void run();
    },
    stop(next) {
      life.abort();
      if (state !== 'closed') state = next;
    },
  };
}
