import type { Gate, RolloutPlan } from '../rollout/plan.ts';
import type { PlanFlaw } from './plan-flaw.ts';

/** Why a gate could never be asked: two of one name, and whatever the place where it is asked from knows of it. */
export function findGateFlaws(
  { gates = [] }: RolloutPlan,
  { findGateFlaw }: { findGateFlaw(gate: Gate): string | undefined },
): PlanFlaw[] {
  return gates.flatMap((gate, index): PlanFlaw[] => {
    const flaws: PlanFlaw[] = [];
    if (gates.findIndex(({ name }) => name === gate.name) < index) {
      const detail = `Two gates are called ${gate.name}: give one of them another name.`;
      flaws.push({ code: 'invalid-plan', path: ['gates', index, 'name'], detail });
    }
    const flaw = findGateFlaw(gate);
    if (flaw !== undefined) flaws.push({ code: 'invalid-plan', path: ['gates', index, 'secret'], detail: flaw });
    return flaws;
  });
}
