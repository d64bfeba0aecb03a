import type { RolloutAssessment } from '../statistics/assessment.ts';
import type { RolloutPlan } from './plan.ts';

/** What the guards are worth together, from 0 to 100; null while no guard of the score says anything. */
export interface RolloutScore {
  readonly value: number | null;
  readonly groups: readonly GroupScore[];
}

export interface GroupScore {
  readonly group: string;
  readonly score: number | null;
}

/**
 * The weighted mean of the groups' scores, each the mean of its guards', as Kayenta's judge has it. A guard has 100 points
 * while nothing speaks against it, and 0 where it would kill alone; between the two they fall with its e-value e, which is
 * bounded by E there:
 *
 *     points = 100 × (1 − (e − 1) / (E − 1))        E = 1 / (alpha × weight)
 *
 * By Ville's inequality a harmless guard ever falls below s points with a chance of 1 / (1 + (1 − s/100)(E − 1)) at most.
 * Guards that only observe, and those that have nothing to say (no data, no control, an error), are left out, and so are
 * groups without any other. Null for a plan without a score.
 */
export function scoreOf(
  { score, guards }: Pick<RolloutPlan, 'score' | 'guards'>,
  assessment: Pick<RolloutAssessment, 'guards' | 'logThreshold'>,
): RolloutScore | null {
  if (score === undefined) return null;
  const groups = Object.keys(score.groupWeights).map((group): GroupScore => {
    const names = guards.filter((guard) => guard.group === group && guard.mode !== 'observe');
    const points = names.flatMap(({ metric }) => pointsOf(assessment, metric));
    return { group, score: meanOf(points.map((value) => ({ value, weight: 1 }))) };
  });
  const weighed = groups.flatMap(({ group, score: value }) =>
    value === null ? [] : [{ value, weight: score.groupWeights[group] ?? 0 }],
  );
  return { value: meanOf(weighed), groups };
}

/** None of a guard that says nothing. */
function pointsOf(
  { guards, logThreshold }: Pick<RolloutAssessment, 'guards' | 'logThreshold'>,
  metric: string,
): readonly number[] {
  const guard = guards.find((one) => one.metric === metric);
  if (guard === undefined) return [];
  if (guard.verdict === 'failed') return [0];
  if (guard.verdict !== 'safe' && guard.verdict !== 'running') return [];
  const bound = Math.exp(logThreshold) / guard.weight;
  const won = (Math.exp(guard.logEvidence) - 1) / (bound - 1);
  return [100 * (1 - Math.min(1, Math.max(0, won)))];
}

function meanOf(values: readonly { readonly value: number; readonly weight: number }[]): number | null {
  const weight = values.reduce((sum, one) => sum + one.weight, 0);
  return weight === 0 ? null : values.reduce((sum, one) => sum + one.value * one.weight, 0) / weight;
}
