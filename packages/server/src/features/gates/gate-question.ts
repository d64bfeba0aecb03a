import type { Gate } from '@tidegate/analysis';
import type { RolloutRow } from '../../storage/storage.ts';

/** What one gate is asked about one step of one attempt: the same question until the step is taken, or is not any more. */
export interface GateQuestion {
  readonly gate: Gate;
  /** `rollout/attempt/step/gate`: the `webhook-id` of every time that it is asked. */
  readonly id: string;
  readonly data: GateQuestionData;
}

interface GateQuestionData {
  readonly gate: string;
  readonly before: Gate['before'];
  readonly step: string;
  readonly project: string;
  readonly environment: string;
  readonly rolloutId: string;
  readonly flagKey: string;
  readonly rule: string;
  readonly treatment: string;
  readonly control: string;
  readonly attempt: number;
  readonly fromPpm: number;
  readonly toPpm: number;
}

/** Stages are counted from 1, as people do; after the last comes `success`. Null where nothing is asked. */
export function stepOf({ state }: Pick<RolloutRow, 'state'>): string | null {
  if (state.kind === 'scheduled') return 'stage-1';
  if (state.kind === 'progressing') return `stage-${state.stageIndex + 2}`;
  return state.kind === 'baking' ? 'success' : null;
}

export function questionOf(gate: Gate, rollout: RolloutRow, step: string): GateQuestion {
  const { plan, state, id } = rollout;
  const [project = '', environment = ''] = rollout.environment.split('/');
  const { attempt = 1, stages } = plan;
  const fromIndex = state.kind === 'progressing' || state.kind === 'baking' ? state.stageIndex : -1;
  const fromPpm = stages[fromIndex]?.treatmentPpm ?? 0;
  return {
    gate,
    id: `${id}/${attempt}/${step}/${gate.name}`,
    data: {
      gate: gate.name,
      before: gate.before,
      step,
      project,
      environment,
      rolloutId: id,
      flagKey: rollout.flagKey,
      rule: rollout.rule,
      treatment: plan.treatment,
      control: plan.control,
      attempt,
      fromPpm,
      // Success serves the treatment for good; what is served is what the last stage served.
      toPpm: stages[fromIndex + 1]?.treatmentPpm ?? fromPpm,
    },
  };
}
