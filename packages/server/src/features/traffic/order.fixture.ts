import type { WeightOrder } from './traffic-adapter.ts';

/** A weight that is wanted, in time. */
export function orderOf(weightPpm: number, overrides: Partial<WeightOrder> = {}): WeightOrder {
  return {
    environment: 'default/production',
    adapterKey: 'edge',
    weightPpm,
    rolloutId: 'r1',
    flagKey: 'new-checkout',
    sequence: 1,
    reportedPpm: null,
    signal: new AbortController().signal,
    ...overrides,
  };
}

/** What every adapter’s settings have. */
export const SHARED = { description: '', timeoutMs: 5_000, checkMs: 5_000, onDrift: 'mend' } as const;
