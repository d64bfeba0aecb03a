import { isDeepStrictEqual } from 'node:util';
import { isPromiseLike } from '@tidegate/sdk-core/complete';
import type { Reported } from '../serve-reported.ts';
import type { ShadowQueue } from './shadow-queue.ts';

/** Two ways to one answer, of which only control's is ever given. */
export interface ShadowPair<T> {
  readonly control: () => T;
  /** It must write nothing: its answer is thrown away, its effects are not. The signal says when to stop. */
  readonly candidate: (signal: AbortSignal) => T;
  /** Whether two answers are the same: `isDeepStrictEqual` of Node when absent. One that throws finds a difference. */
  readonly compare?: CompareAnswers<T> | undefined;
}

export type CompareAnswers<T> = (control: Awaited<T>, candidate: Awaited<T>) => boolean;

/**
 * Gives back control with a shadow: whoever runs it gets control's answer as ever, and once that is there the
 * candidate waits for its turn. Where control fails there is nothing to compare with, and no candidate runs.
 */
export function withShadow<T>(
  { control, candidate, compare = isDeepStrictEqual }: ShadowPair<T>,
  queue: ShadowQueue,
  report: Reported<boolean>['report'],
): () => T {
  const shadow = (expected: Awaited<T>): void =>
    // An async function also makes a rejection of what the candidate throws at once.
    queue.add<Awaited<T>>(
      async (signal): Promise<Awaited<T>> => {
        const answer = await candidate(signal);
        return answer;
      },
      (end) => {
        report('$candidate-duration', end.durationMs);
        if (end.kind === 'failed') report('$candidate-error', 1);
        else if (!isSame(compare, expected, end.value)) report('$mismatch', 1);
      },
    );
  const shadowed = <V>(value: V): V => {
    // Control gives T, and this is what it comes to.
    shadow(value as Awaited<T>);
    return value;
  };
  return () => {
    const answer = control();
    // One `then` alone: a query that runs when it is awaited would run twice. The same values and rejections go on.
    return isPromiseLike(answer) ? (answer.then(shadowed) as T) : shadowed(answer);
  };
}

function isSame<T>(compare: CompareAnswers<T>, control: Awaited<T>, candidate: Awaited<T>): boolean {
  try {
    return compare(control, candidate);
  } catch {
    return false;
  }
}
