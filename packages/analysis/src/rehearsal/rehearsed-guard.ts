import type { GuardSummary } from '../evidence/summary.ts';
import type { Baseline } from '../statistics/planning/baseline.ts';

/** A guard as a rehearsal draws it. */
export interface RehearsedGuard {
  readonly metric: string;
  readonly measure: NonNullable<GuardSummary['measure']>;
  /** What it is without treatment. */
  readonly baseline: Baseline;
  /** The largest share of treated units that may count, where the plan has one. */
  readonly maxRate?: number;
}

/** By metric; a guard without a baseline stays silent, as if its outcomes never came. */
export type Baselines = Readonly<Record<string, Baseline>>;

export function rehearsedGuards(guards: readonly GuardSummary[], baselines: Baselines): readonly RehearsedGuard[] {
  return guards.flatMap(({ metric, measure = { kind: 'binary' }, limit }) => {
    const baseline = baselines[metric];
    if (baseline === undefined) return [];
    return [{ metric, measure, baseline, ...(limit === undefined ? {} : { maxRate: limit.maxRate }) }];
  });
}

/** Treatment over control of a harm this many times as bad: 2 is twice the errors, or half the sales. */
export function ratioOfHarm(harm: 'up' | 'down', severity: number): number {
  return harm === 'up' ? severity : 1 / severity;
}
