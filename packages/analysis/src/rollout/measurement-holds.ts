import type { DecisionInput } from './decision.ts';
import type { FoundHold } from './found-hold.ts';
import type { ProviderGuard } from './plan.ts';
import { stageOf } from './stage-of.ts';
import type { ActiveState } from './state.ts';

const FULL_PPM = 1_000_000;

/**
 * Guards of providers that say nothing good now: not measured yet in this stage, no data, an answer that is bad within its
 * limits, a provider that is away. What was not measured on this node is not known to be good. None of this ever keeps the
 * share from falling.
 */
export function measurementHolds(
  { plan, measured }: Pick<DecisionInput, 'plan' | 'measured'>,
  state: ActiveState,
): readonly FoundHold[] {
  const { providerGuards = [] } = plan;
  const isFull = stageOf(plan, state.stageIndex).treatmentPpm >= FULL_PPM;
  return providerGuards.flatMap((guard): FoundHold[] => {
    // Where everybody is treated there is no control any more that a guard could wait for.
    if (guard.mode === 'observe' || (isFull && guard.arms === 'both')) return [];
    const assessed = measured?.metrics.find(({ name }) => name === guard.name);
    if (assessed?.verdict !== 'successful') return [holdOf(guard, assessed)];
    return isOfStage(assessed, state) ? [] : [holdOf(guard, undefined)];
  });
}

/** What was good at a smaller share says nothing of this one. */
function isOfStage({ measuredAtMs }: AssessedGuard, { stageEnteredAtMs }: ActiveState): boolean {
  return measuredAtMs == null || measuredAtMs >= stageEnteredAtMs;
}

type AssessedGuard = NonNullable<DecisionInput['measured']>['metrics'][number];

function holdOf({ name: source, provider, deadline }: ProviderGuard, assessed: AssessedGuard | undefined): FoundHold {
  if (assessed === undefined || assessed.verdict === 'pending') {
    const detail = `${source} must be measured by ${provider} first.`;
    return { reason: 'measurement', source, detail, said: 'pending', releasedBy: 'evidence', deadline };
  }
  const { verdict: said } = assessed;
  const detail = `${source}: ${assessed.detail}`;
  // Inconclusive measurements stay so: only a person can say that they do not matter.
  if (said === 'inconclusive') {
    return { reason: 'inconclusive', source, detail, said, releasedBy: 'approval', deadline };
  }
  return { reason: 'measurement', source, detail, said, releasedBy: 'evidence', deadline };
}
