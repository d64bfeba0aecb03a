import type { RolloutPlan } from '@tidegate/analysis';
import type { LintFacts, Traffic } from '@tidegate/analysis/plans';
import type { Storage } from '../../storage/storage.ts';
import { countEvaluations } from '../usage/index.ts';

/** Rollouts that are looked through for one that was rolled back; beyond them nothing is said. */
const ROLLOUTS_MAX = 200;

/** What the environment knows that bears on a plan: the flag's traffic, unless it is told, and whether a kill was seen. */
export async function readLintFacts(
  storage: Storage,
  environment: string,
  {
    plan,
    traffic,
    nowMs,
  }: { readonly plan: RolloutPlan; readonly traffic: Traffic | undefined; readonly nowMs: number },
): Promise<Pick<LintFacts, 'traffic' | 'killCount'>> {
  const unitsPerDay = traffic?.unitsPerDay ?? (await countEvaluations(storage, { environment, ...plan }, nowMs));
  const rollouts = await storage.listRollouts(environment, { limit: ROLLOUTS_MAX });
  const killCount = rollouts.filter(({ state }) => state.kind === 'rolledBack').length;
  const isWhole = rollouts.length < ROLLOUTS_MAX;
  return {
    ...(unitsPerDay === undefined ? {} : { traffic: { ...traffic, unitsPerDay } }),
    ...(killCount > 0 || isWhole ? { killCount } : {}),
  };
}
