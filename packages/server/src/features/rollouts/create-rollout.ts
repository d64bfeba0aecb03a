import type { Actor, RolloutPlan } from '@tidegate/analysis';
import type { ProblemCode } from '@tidegate/protocol';
import type { Platform } from '../../platform.ts';
import type { RolloutRow, Storage } from '../../storage/storage.ts';
import { flagDocumentOf, flagOf, serveOf } from '../flags/index.ts';

export type CreateOutcome =
  | { readonly kind: 'created'; readonly rollout: RolloutRow }
  | { readonly kind: 'refused'; readonly code: ProblemCode; readonly detail: string };

/** Checks a plan against what there is, captures the anchor, and schedules the rollout; the next look starts it. */
export async function createRollout(
  deps: { storage: Storage; platform: Platform },
  request: { environment: string; plan: RolloutPlan; by: Actor },
): Promise<CreateOutcome> {
  const { environment, plan, by } = request;
  const row = await deps.storage.findDocument({ environment, kind: 'flag', key: plan.flagKey });
  if (row === undefined) return refused('not-found', `There is no flag ${plan.flagKey} in ${environment}.`);
  if (row.archived) return refused('archived', `The flag ${plan.flagKey} is archived; restore it first.`);
  const flag = flagOf(row);
  const missing = [plan.treatment, plan.control].find((key) => !flag.variations.some((one) => one.key === key));
  if (missing !== undefined) return refused('unknown-variation', `${flag.key} has no variation ${missing}.`);
  if (plan.treatment === plan.control) return refused('unknown-variation', 'Treatment and control must differ.');
  const stagesFlaw = findStagesFlaw(plan);
  if (stagesFlaw !== undefined) return refused('invalid-stages', stagesFlaw);
  const anchor = serveOf(flagDocumentOf(row), plan.rule);
  if (anchor === undefined) return refused('unknown-rule', `${flag.key} has no rule ${plan.rule}.`);
  if (anchor.kind !== 'variation' || anchor.variation !== plan.control) {
    return refused(
      anchor.kind === 'rollout' ? 'rule-owned-by-rollout' : 'rule-does-not-serve-control',
      `The rule ${plan.rule} must serve the variation ${plan.control} alone before a rollout takes it.`,
    );
  }
  const unknown = await findUnknownMetric(deps.storage, environment, plan);
  if (unknown !== undefined) return refused('unknown-metric', `There is no metric ${unknown} in ${environment}.`);

  const nowMs = deps.platform.nowMs();
  const rollout: RolloutRow = {
    id: deps.platform.randomId(),
    environment,
    flagKey: plan.flagKey,
    rule: plan.rule,
    plan,
    state: { kind: 'scheduled', startAtMs: plan.startAtMs ?? nowMs },
    anchor,
    epoch: 1,
    version: 1,
    active: true,
    createdAtMs: nowMs,
    createdBy: by,
    updatedAtMs: nowMs,
  };
  const outcome = await deps.storage.createRollout(rollout);
  if (outcome === 'created') return { kind: 'created', rollout };
  return refused('rule-owned-by-rollout', `An active rollout already owns the rule ${plan.rule} of ${plan.flagKey}.`);
}

function refused(code: ProblemCode, detail: string): CreateOutcome {
  return { kind: 'refused', code, detail };
}

function findStagesFlaw({ stages }: RolloutPlan): string | undefined {
  const falls = stages.findIndex(
    (stage, index) => index > 0 && stage.treatmentPpm <= (stages[index - 1]?.treatmentPpm ?? 0),
  );
  if (falls !== -1) return `Stage ${falls} does not rise above the one before it.`;
  const last = stages.at(-1)?.treatmentPpm;
  return last === 1_000_000 ? undefined : `The last stage must be 1000000 ppm (100 %), not ${last}.`;
}

async function findUnknownMetric(
  storage: Storage,
  environment: string,
  plan: RolloutPlan,
): Promise<string | undefined> {
  for (const { metric } of plan.guards) {
    const row = await storage.findDocument({ environment, kind: 'metric', key: metric });
    if (row === undefined || row.archived) return metric;
  }
  return undefined;
}
