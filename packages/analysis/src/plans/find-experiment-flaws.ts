import type { MetricDefinition, RolloutPlan } from '../rollout/plan.ts';
import type { PlanFlaw } from './plan-flaw.ts';

const FULL_PPM = 1_000_000;

/** An experiment compares two arms by a guard that can win it. */
export function findExperimentFlaws(
  { guards, stages }: RolloutPlan,
  { metrics }: { readonly metrics: ReadonlyMap<string, MetricDefinition> },
): PlanFlaw[] {
  const names = guards.map(({ metric }) => metric);
  return stages.flatMap(({ experiment, treatmentPpm, safeRatio }, index): PlanFlaw[] => {
    if (experiment === undefined) return [];
    const { metric } = experiment;
    const path = ['stages', index, 'experiment', 'metric'];
    const guard = guards.find((one) => one.metric === metric);
    if (guard === undefined) {
      const detail = `An experiment is decided by a guard; the guards are ${names.join(', ')}, and ${metric} is none: add it.`;
      return [{ code: 'invalid-plan', path, detail }];
    }
    if (treatmentPpm >= FULL_PPM) {
      const detail = 'At 100 % nobody is left to compare with: put the experiment into an earlier stage.';
      return [{ code: 'invalid-plan', path: ['stages', index, 'experiment'], detail }];
    }
    const margin = guard.margins?.[index] ?? safeRatio;
    if ((guard.definition ?? metrics.get(metric))?.kind !== 'histogram' || margin !== undefined) return [];
    const detail = `${metric} is a distribution, which has no ratio: it can win only by a safeRatio or a margin of this stage.`;
    return [{ code: 'invalid-plan', path, detail }];
  });
}
