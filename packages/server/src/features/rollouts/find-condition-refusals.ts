import type { RolloutPlan } from '@tidegate/analysis';
import type { PlanPath } from '@tidegate/analysis/plans';
import { type Condition, findFlagFlaw } from '@tidegate/evaluation';
import { conditionSchema, type FlagDocument } from '@tidegate/protocol';
import type { Storage } from '../../storage/storage.ts';
import { readSegmentKeys } from '../documents/index.ts';
import { checkCondition } from '../segments/index.ts';
import type { Refusal } from './refusal.ts';
import { exceptionsOf } from './rollout-changes.ts';

/** Scopes and caps that mean nothing where the plan is to run: a flag that serves one of them could not be evaluated. */
export async function findConditionRefusals(
  storage: Storage,
  { environment, flag, plan }: { environment: string; flag: FlagDocument; plan: RolloutPlan },
): Promise<Refusal[]> {
  const placed = conditionsOf(plan);
  if (placed.length === 0) return [];
  const segmentKeys = await readSegmentKeys(storage, environment);
  const { treatment, control } = plan;
  const served = {
    kind: 'rollout',
    rolloutId: '',
    epoch: 1,
    stageIndex: 0,
    treatment,
    control,
    treatmentPpm: 1,
  } as const;
  const flawed = placed.flatMap(({ condition, path }): Refusal[] => {
    const problem = checkCondition(condition, path, segmentKeys);
    if (problem !== undefined) return [{ code: problem.code, path, detail: problem.details.detail }];
    // As deep as a rollout nests it, beside others.
    const fallthrough = { ...served, scope: { all: [{ not: condition }] } };
    const flaw = findFlagFlaw({ ...flag, rules: [], fallthrough, revision: 0 });
    return flaw === undefined ? [] : [{ code: 'invalid-plan', path, detail: `It cannot be evaluated: ${flaw}` }];
  });
  return flawed.length > 0 ? flawed : findScopeRefusals(plan);
}

/**
 * What leaves units out of a stage is served as one condition, and has its limits: who edits the flag meanwhile, or
 * switches it off, gives it back as it is served.
 */
function findScopeRefusals(plan: RolloutPlan): Refusal[] {
  for (const [index, stage] of plan.stages.entries()) {
    const { scope } = exceptionsOf(plan, { stage, served: stage.treatmentPpm });
    const [issue] = scope === undefined ? [] : (conditionSchema.safeParse(scope).error?.issues ?? []);
    if (issue === undefined) continue;
    const detail = `What leaves units out of stage ${index + 1}, its scope and the caps of 0 %, is served as one condition: ${issue.message}.`;
    return [{ code: 'invalid-plan', path: stage.scope === undefined ? ['caps'] : ['stages', index, 'scope'], detail }];
  }
  return [];
}

function conditionsOf({ stages, caps = [] }: RolloutPlan) {
  // The plan's schema takes conditions of the flag language only.
  const place = (condition: object, ...path: PlanPath) => ({ condition: condition as Condition, path });
  return [
    ...stages.flatMap(({ scope }, index) => (scope === undefined ? [] : [place(scope, 'stages', index, 'scope')])),
    ...caps.map(({ condition }, index) => place(condition, 'caps', index, 'condition')),
  ];
}
