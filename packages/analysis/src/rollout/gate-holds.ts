import type { DecisionInput } from './decision.ts';
import type { FoundHold, Held } from './found-hold.ts';
import type { Gate, RolloutPlan } from './plan.ts';

/**
 * Gates that have not said yes to the next step. Asked only when nothing else holds it but SDKs that take what is served:
 * a yes is worth what is known when it is given, and its deadline counts from there. Whoever was not asked, or cannot be understood, has not said yes.
 */
export function gateHolds(input: Pick<DecisionInput, 'plan' | 'gates'>, state: Held): readonly FoundHold[] {
  const { plan, gates: answers = [] } = input;
  return gatesBefore(plan, state).flatMap(({ name, deadline }): FoundHold[] => {
    const given = answers.find((one) => one.name === name);
    if (given?.answer === 'open') return [];
    const said = given?.answer ?? 'unasked';
    return [{ reason: 'gate', source: name, detail: describe(name, given), said, releasedBy: 'gate', deadline }];
  });
}

/** Those that are asked about the step that comes next. */
export function gatesBefore({ gates = [], stages }: RolloutPlan, state: Held): readonly Gate[] {
  const last = stages.length - 1;
  return gates.filter(({ before }) => {
    switch (before) {
      case 'start':
        return state.kind === 'scheduled';
      case 'advance':
        return state.kind === 'progressing';
      case 'last-stage':
        return state.kind === 'scheduled' ? last === 0 : state.kind === 'progressing' && state.stageIndex + 1 === last;
      case 'success':
        return state.kind === 'baking';
      default:
        throw before satisfies never;
    }
  });
}

function describe(name: string, given: NonNullable<DecisionInput['gates']>[number] | undefined): string {
  const said = given === undefined || given.detail === '' ? '' : `: ${given.detail}`;
  switch (given?.answer) {
    case 'closed':
      return `The gate ${name} says not yet${said}`;
    case 'error':
      return `The gate ${name} gave no answer${said}`;
    default:
      return `The gate ${name} must say yes.`;
  }
}
