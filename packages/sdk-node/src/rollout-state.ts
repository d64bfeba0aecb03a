import type { HeldRules } from '@tidegate/sdk-core';

/** What the held rules say of a flag's rollout. */
export interface RolloutState {
  readonly rolloutId: string;
  readonly epoch: number;
  readonly stageIndex: number;
  /** The variation that the rollout moves to, and the one that it moves from. */
  readonly treatment: string;
  readonly control: string;
  /** The share that treatment gets of the units that the rollout's rule reaches; 0 while the flag is disabled. */
  readonly treatmentPpm: number;
  /** Undefined for the fallthrough. */
  readonly ruleId: string | undefined;
  /** Of the flag. */
  readonly revision: number;
}

/**
 * The rollout of a flag; null where there is none: before the first, after the last, and before the first rules. Where
 * several rules have one, that which treats most. It says how far the rules that this process holds have come, not
 * whom they reach, and not what other processes hold.
 */
export function rolloutStateOf(held: HeldRules | undefined, flagKey: string): RolloutState | null {
  const flag = held?.flags.find(({ key }) => key === flagKey);
  if (flag === undefined) return null;
  const serves = [
    ...flag.rules.map(({ id, serve }) => ({ ruleId: id, serve })),
    { ruleId: undefined, serve: flag.fallthrough },
  ];
  const states = serves.flatMap(({ ruleId, serve }): RolloutState[] => {
    if (serve.kind !== 'rollout') return [];
    const { rolloutId, epoch, stageIndex, treatment, control } = serve;
    const treatmentPpm = flag.enabled ? serve.treatmentPpm : 0;
    return [{ rolloutId, epoch, stageIndex, treatment, control, treatmentPpm, ruleId, revision: flag.revision }];
  });
  return states.reduce<RolloutState | null>(
    (most, state) => (most === null || state.treatmentPpm > most.treatmentPpm ? state : most),
    null,
  );
}
