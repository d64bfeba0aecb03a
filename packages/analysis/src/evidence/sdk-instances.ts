import type { EventBatch } from './event-batch.ts';
import { type GenerationList, Generations } from './generations.ts';

/**
 * In the counters of a batch, where a variation stands that was served: an open circuit breaker of the application chose
 * control. The protocol calls it so too; this room must not know the protocol.
 */
const BREAKER_ANSWER = '$breaker';

/** An SDK process that said nothing of the flag for this long is gone, or has no say: twenty times what it takes to flush. */
const SEEN_WITHIN_MS = 120_000;
/**
 * A breaker rests for half a minute, lets one call try treatment, and rests again. So as long as it is open and anybody
 * calls, it answers within a minute; one that closed is taken for open for what is left of that minute.
 */
const OPEN_WITHIN_MS = 60_000;
/** Of one flag; about 150 bytes each. Of a larger fleet those heard last are a fair sample. */
const INSTANCES_MAX = 2_000;

/** When an instance was heard last, and when its breaker answered last; 0 where it never did. */
export type Heard = readonly [atMs: number, breakerAtMs: number];

export interface SavedInstances extends GenerationList<string, Heard> {
  readonly youngSinceMs: number;
}

/**
 * The SDK processes that evaluated one flag lately, and whether their circuit breaker for it is open. Only what came
 * under a server key: a browser has no breaker, and anybody could make up browsers that have.
 */
export class SdkInstances {
  #heard = new Generations<string, Heard>();
  #youngSinceMs = 0;

  /** An instance evaluated the flag, or its breaker answered in the flag's place. */
  note(instance: string, { atMs, isBreaker }: { readonly atMs: number; readonly isBreaker: boolean }): void {
    const isFull = this.#heard.youngSize * 2 >= INSTANCES_MAX;
    if (isFull || atMs - this.#youngSinceMs >= SEEN_WITHIN_MS) {
      this.#heard.rotate();
      this.#youngSinceMs = atMs;
    }
    const breakerAtMs = isBreaker ? atMs : (this.#heard.get(instance)?.[1] ?? 0);
    this.#heard.set(instance, [atMs, breakerAtMs]);
  }

  count(nowMs: number): { readonly instanceCount: number; readonly openBreakerCount: number } {
    const recent = this.#heard.list().values.filter(([atMs]) => nowMs - atMs <= SEEN_WITHIN_MS);
    const open = recent.filter(([, breakerAtMs]) => nowMs - breakerAtMs <= OPEN_WITHIN_MS);
    return { instanceCount: recent.length, openBreakerCount: open.length };
  }

  save(): SavedInstances {
    return { ...this.#heard.list(), youngSinceMs: this.#youngSinceMs };
  }

  /** Fills what is empty. */
  load({ youngSinceMs, ...heard }: SavedInstances): void {
    this.#heard = new Generations(heard);
    this.#youngSinceMs = youngSinceMs;
  }
}

/** What the counters of a batch say of one flag; undefined when nothing. */
export function evaluationOf(
  flagKey: string,
  { flags, variations, flag, variation }: Counters,
): { readonly isBreaker: boolean } | undefined {
  const index = flags.indexOf(flagKey);
  if (index === -1) return undefined;
  const breaker = variations.indexOf(BREAKER_ANSWER);
  return { isBreaker: breaker !== -1 && flag.some((one, row) => one === index && variation[row] === breaker) };
}

type Counters = Pick<EventBatch['counters'], 'flags' | 'variations' | 'flag' | 'variation'>;
