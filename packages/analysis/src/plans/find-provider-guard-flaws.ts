import { findLimitsFlaws, intervalMsOf } from '../limits/limits.ts';
import type { RolloutPlan } from '../rollout/plan.ts';
import type { PlanFlaw } from './plan-flaw.ts';

const FULL_PPM = 1_000_000;

/** What keeps guards of providers from guarding, as far as the plan alone shows it. */
export function findProviderGuardFlaws({ providerGuards = [], guards, stages }: RolloutPlan): PlanFlaw[] {
  const ofUnits = new Set(guards.map(({ metric }) => metric));
  return providerGuards.flatMap(({ name, arms, limits, deadline }, index) => {
    const refuse = (path: PlanFlaw['path'], detail: string): PlanFlaw => ({
      code: 'invalid-plan',
      path: ['providerGuards', index, ...path],
      detail,
    });
    const flaws = findLimitsFlaws(limits).map(({ field, detail }) =>
      refuse(['limits', field.replace(/Ms$/, '')], detail),
    );
    if (ofUnits.has(name) || providerGuards.findIndex((other) => other.name === name) < index) {
      flaws.push(refuse(['name'], `Two guards are called ${name}: give it another name.`));
    }
    const firstMs = Math.max(limits.initialDelayMs ?? 0, intervalMsOf(limits));
    if (deadline.afterMs <= firstMs) {
      const detail = `Each stage waits for a measurement of its own, up to ${firstMs / 1_000} s: the deadline must be longer.`;
      flaws.push(refuse(['deadline', 'after'], detail));
    }
    if (arms === 'both' && (stages[0]?.treatmentPpm ?? 0) >= FULL_PPM) {
      const detail = 'It compares with control, and the plan begins where nobody has it: ask for treatment alone.';
      flaws.push(refuse(['arms'], detail));
    }
    return flaws;
  });
}
