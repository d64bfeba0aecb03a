import type { RolloutPlan } from '../rollout/plan.ts';
import { findAskingFlaws } from './find-scope-flaws.ts';
import type { PlanFlaw } from './plan-flaw.ts';

/**
 * Whom a cap holds for stay in the stage whose share it is: they are compared there, by coins that its strata know, and
 * nobody is ever served a share that no stage watched. So a cap is the share of a stage, or 0.
 */
export function findSegmentCapFlaws({ caps = [], stages }: RolloutPlan): PlanFlaw[] {
  const shares = stages.map(({ treatmentPpm }) => treatmentPpm);
  return caps.flatMap(({ condition, maxTreatmentPpm }, index): PlanFlaw[] => {
    const asking = findAskingFlaws(condition, ['caps', index, 'condition']);
    if (maxTreatmentPpm === 0 || shares.includes(maxTreatmentPpm)) return asking;
    const below = shares.findLast((share) => share < maxTreatmentPpm) ?? 0;
    const above = shares.find((share) => share > maxTreatmentPpm);
    const nearest = [below, ...(above === undefined ? [] : [above])].map(percent).join(' or ');
    const detail = `A cap is the share of a stage, where its units stay, and no stage has ${percent(maxTreatmentPpm)}: say ${nearest}, or add a stage of ${percent(maxTreatmentPpm)}.`;
    return [...asking, { code: 'invalid-plan', path: ['caps', index, 'maxTreatment'], detail }];
  });
}

function percent(ppm: number): string {
  return `${ppm / 10_000} %`;
}
