import type { Deadline, RolloutPlan } from '../rollout/plan.ts';
import type { PlanWords } from './plan-words.ts';
import { readDeadline, type WrittenDeadline } from './written-deadline.ts';

/** A target as people write it: the adapter's key is enough. */
export type WrittenTraffic = string | { readonly adapter: string; readonly deadline?: WrittenDeadline };

/** A proxy takes seconds: whoever does not answer in a quarter of an hour is away, and a person should know. */
const TRAFFIC_DEADLINE: Deadline = { afterMs: 900_000, then: 'hold' };

/** Says which adapters follow the share, and until when each is waited for. */
export function expandTraffic(
  written: readonly WrittenTraffic[] | undefined,
  words: PlanWords,
): Pick<RolloutPlan, 'traffic'> {
  if (written === undefined) return {};
  const named = written.map((target) => (typeof target === 'string' ? { adapter: target } : target));
  const traffic = named.map(({ adapter, deadline }, index) => {
    if (named.findIndex((other) => other.adapter === adapter) < index) {
      words.refuse(['traffic', index], `The adapter ${adapter} is named twice: leave one of them out.`);
    }
    if (deadline === undefined) return { adapter, deadline: TRAFFIC_DEADLINE };
    return { adapter, deadline: readDeadline(deadline, words, ['traffic', index, 'deadline']) };
  });
  return { traffic };
}
