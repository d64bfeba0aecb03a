import type { Actor } from '@tidegate/analysis';
import type { WrittenPlan } from '@tidegate/analysis/plans';
import type { Platform } from '../../platform.ts';
import type { RolloutRow } from '../../storage/storage.ts';
import { admitPlan, type PlanDeps } from './admit-plan.ts';
import type { Refusal } from './refusal.ts';

export type CreateOutcome =
  | { readonly kind: 'created'; readonly rollout: RolloutRow }
  | { readonly kind: 'refused'; readonly refusals: readonly [Refusal, ...Refusal[]] };

/** Ends the rollout that owns the rule, and makes its successor, in one transaction. */
export type TakeRule = (owner: RolloutRow, successor: RolloutRow) => Promise<{ readonly kind: string }>;

/**
 * Checks a plan against what there is, captures the anchor, and schedules the rollout, which the next look starts; or
 * keeps it as a draft, until somebody starts it. Where it may take the rule from another rollout, that one gives it up in
 * the same moment, and everybody has control until the look that starts this one.
 */
export async function createRollout(
  deps: PlanDeps & { platform: Platform },
  request: { environment: string; plan: WrittenPlan; by: Actor; draft?: boolean; takeRule?: TakeRule },
): Promise<CreateOutcome> {
  const { environment, by, draft: isDraft = false } = request;
  // A draft owns no rule, so it takes none.
  const takeRule = isDraft ? undefined : request.takeRule;
  const order = { environment, written: request.plan, by, mayAsk: true, force: takeRule !== undefined };
  const { plan, anchor, replaced, refusals } = await admitPlan(deps, order);
  const [first, ...others] = refusals;
  if (first !== undefined) return { kind: 'refused', refusals: [first, ...others] };
  if (plan === null || anchor === undefined) throw new Error('A plan without a meaning was not refused');

  const nowMs = deps.platform.nowMs();
  const rollout: RolloutRow = {
    id: deps.platform.randomId(),
    environment,
    flagKey: plan.flagKey,
    rule: plan.rule,
    plan,
    state: isDraft ? { kind: 'draft' } : { kind: 'scheduled', startAtMs: plan.startAtMs ?? nowMs },
    anchor,
    epoch: 1,
    version: 1,
    // A draft owns no rule.
    active: !isDraft,
    servedRevision: null,
    createdAtMs: nowMs,
    createdBy: by,
    updatedAtMs: nowMs,
  };
  const taken = replaced === undefined ? undefined : await takeRule?.(replaced, rollout);
  if (taken?.kind === 'done') return { kind: 'created', rollout };
  // Nobody had the rule, or the one that had it ended meanwhile.
  const outcome = await deps.storage.createRollout(rollout);
  if (outcome === 'created') return { kind: 'created', rollout };
  const detail = `An active rollout already owns the rule ${plan.rule} of ${plan.flagKey}.`;
  return { kind: 'refused', refusals: [{ code: 'rule-owned-by-rollout', path: ['rule'], detail }] };
}
