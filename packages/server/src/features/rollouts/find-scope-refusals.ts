import type { RolloutPlan } from '@tidegate/analysis';
import { type Condition, findFlagFlaw } from '@tidegate/evaluation';
import type { FlagDocument } from '@tidegate/protocol';
import type { Storage } from '../../storage/storage.ts';
import { readSegmentKeys } from '../documents/index.ts';
import { checkCondition } from '../segments/index.ts';
import type { Refusal } from './refusal.ts';

/** Scopes that mean nothing where the plan is to run: a flag that serves one of them could not be evaluated. */
export async function findScopeRefusals(
  storage: Storage,
  { environment, flag, plan }: { environment: string; flag: FlagDocument; plan: RolloutPlan },
): Promise<Refusal[]> {
  if (plan.stages.every(({ scope }) => scope === undefined)) return [];
  const segmentKeys = await readSegmentKeys(storage, environment);
  return plan.stages.flatMap(({ scope: written, treatmentPpm }, stageIndex): Refusal[] => {
    if (written === undefined) return [];
    const path = ['stages', stageIndex, 'scope'];
    // The plan's schema takes conditions of the flag language only.
    const scope = written as unknown as Condition;
    const problem = checkCondition(scope, path, segmentKeys);
    if (problem !== undefined) return [{ code: problem.code, path, detail: problem.details.detail }];
    const { treatment, control } = plan;
    const fallthrough = {
      kind: 'rollout',
      rolloutId: '',
      epoch: 1,
      stageIndex,
      treatment,
      control,
      treatmentPpm,
      scope,
    } as const;
    const flaw = findFlagFlaw({ ...flag, rules: [], fallthrough, revision: 0 });
    return flaw === undefined ? [] : [{ code: 'invalid-plan', path, detail: `It cannot be evaluated: ${flaw}` }];
  });
}
