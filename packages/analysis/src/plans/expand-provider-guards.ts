import { intervalMsOf, type MetricLimits } from '../limits/limits.ts';
import type { Deadline, ProviderGuard, RolloutPlan } from '../rollout/plan.ts';
import type { PlanPath } from './plan-flaw.ts';
import type { PlanWords } from './plan-words.ts';
import { readDeadline, type WrittenDeadline } from './written-deadline.ts';

/** A guard of a provider as people write it. */
export interface WrittenProviderGuard extends Omit<ProviderGuard, 'query' | 'limits' | 'arms' | 'deadline'> {
  readonly arms?: ProviderGuard['arms'];
  /** `window: 5m` may stand for `windowMs`. */
  readonly query: Readonly<Record<string, unknown>> & { readonly window?: string; readonly windowMs?: number };
  readonly limits: MetricLimits & {
    readonly interval?: string;
    readonly initialDelay?: string;
    readonly errorBudget?: string;
  };
  readonly deadline?: WrittenDeadline;
}

/** A provider is mended, or asked otherwise, within a working day, or the rollout is as good as unguarded. */
const DEADLINE_DEFAULT: Deadline = { afterMs: 24 * 3_600_000, then: 'abort' };
const WINDOW_DEFAULT_MS = 300_000;

/** Says of each guard of a provider what it leaves unsaid: how often, over which window, and until when it may hold. */
export function expandProviderGuards(
  written: readonly WrittenProviderGuard[] | undefined,
  words: PlanWords,
): Pick<RolloutPlan, 'providerGuards'> {
  if (written === undefined) return {};
  return { providerGuards: written.map((guard, index) => guardOf(guard, words, ['providerGuards', index])) };
}

function guardOf(written: WrittenProviderGuard, words: PlanWords, path: PlanPath): ProviderGuard {
  const { name, provider, mode, arms = 'treatment', query, deadline } = written;
  const { window, windowMs, ...asked } = query;
  return {
    name,
    provider,
    arms,
    query: {
      ...asked,
      windowMs: words.durationMs({ text: window, value: windowMs }, [...path, 'query', 'window']) ?? WINDOW_DEFAULT_MS,
    },
    limits: limitsOf(written.limits, words, [...path, 'limits']),
    ...(mode === undefined ? {} : { mode }),
    deadline: deadline === undefined ? DEADLINE_DEFAULT : readDeadline(deadline, words, [...path, 'deadline']),
  };
}

function limitsOf(written: WrittenProviderGuard['limits'], words: PlanWords, path: PlanPath): MetricLimits {
  const { interval, intervalMs, initialDelay, initialDelayMs, errorBudget, errorBudgetMs, ...limits } = written;
  const durations = {
    initialDelayMs: words.durationMs({ text: initialDelay, value: initialDelayMs }, [...path, 'initialDelay']),
    errorBudgetMs: words.durationMs({ text: errorBudget, value: errorBudgetMs }, [...path, 'errorBudget']),
  };
  return {
    ...limits,
    intervalMs: words.durationMs({ text: interval, value: intervalMs }, [...path, 'interval']) ?? intervalMsOf({}),
    ...(durations.initialDelayMs === undefined ? {} : { initialDelayMs: durations.initialDelayMs }),
    ...(durations.errorBudgetMs === undefined ? {} : { errorBudgetMs: durations.errorBudgetMs }),
  };
}
