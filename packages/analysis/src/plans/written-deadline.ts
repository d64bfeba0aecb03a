import type { Deadline } from '../rollout/plan.ts';
import type { PlanPath } from './plan-flaw.ts';
import type { PlanWords } from './plan-words.ts';

export interface WrittenDeadline {
  readonly after?: string;
  readonly afterMs?: number;
  readonly then: 'abort' | 'hold' | 'continue';
}

/** The deadline at `path`. How long has no default; the 0 that stands for a missing one is never seen: the plan is refused. */
export function readDeadline({ after, afterMs, then }: WrittenDeadline, words: PlanWords, path: PlanPath): Deadline {
  const place = [...path, 'after'];
  if (after === undefined && afterMs === undefined) words.refuse(place, 'Expected a duration, like 30m.');
  return { afterMs: words.durationMs({ text: after, value: afterMs }, place) ?? 0, then };
}
