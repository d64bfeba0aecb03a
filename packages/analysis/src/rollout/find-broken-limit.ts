import type { DecisionInput } from './decision.ts';
import type { KillCause } from './state.ts';

/** The first guard of a provider that failed more often than its limits allow; null while there is none. */
export function findBrokenLimit({ plan, measured }: DecisionInput): Extract<KillCause, { kind: 'limit' }> | null {
  for (const { name, mode } of plan.providerGuards ?? []) {
    const assessed = measured?.metrics.find((metric) => metric.name === name);
    if (mode !== 'observe' && assessed?.verdict === 'failed') {
      return { kind: 'limit', guard: name, detail: assessed.detail };
    }
  }
  return null;
}
