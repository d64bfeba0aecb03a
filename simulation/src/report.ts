import { type InformationBoundInput, informationBound } from '@tidegate/analysis';
import type { SimulatedRollout } from './simulate-rollout.ts';

export interface FalseKillReport {
  readonly runs: number;
  readonly killed: number;
  readonly zTestKilled: number;
  readonly sampleRatioFailed: number;
  readonly succeeded: number;
  /** The most kills that chance explains: alpha plus three binomial standard errors. */
  readonly killedMax: number;
}

export function reportFalseKills(rollouts: readonly SimulatedRollout[], alpha: number): FalseKillReport {
  const runs = rollouts.length;
  const count = (is: (rollout: SimulatedRollout) => boolean) => rollouts.filter(is).length;
  return {
    runs,
    killed: count(({ end }) => end === 'aborting'),
    zTestKilled: count(({ zTestKilled }) => zTestKilled),
    sampleRatioFailed: count(({ sampleRatioFailed }) => sampleRatioFailed),
    succeeded: count(({ end }) => end === 'succeeded'),
    killedMax: Math.floor(alpha * runs + 3 * Math.sqrt(alpha * (1 - alpha) * runs)),
  };
}

export interface DetectionReport {
  readonly runs: number;
  readonly killed: number;
  /** Units that any rule needs on average. */
  readonly boundUnits: number;
  /** Units exposed at the kill, over the bound. */
  readonly meanRatio: number;
  readonly medianRatio: number;
}

export function reportDetection(rollouts: readonly SimulatedRollout[], rates: InformationBoundInput): DetectionReport {
  const boundUnits = informationBound(rates);
  const kills = rollouts.filter(({ end }) => end === 'aborting');
  const ratios = kills.map(({ units }) => units / boundUnits).toSorted((one, other) => one - other);
  return {
    runs: rollouts.length,
    killed: kills.length,
    boundUnits,
    meanRatio: ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length,
    medianRatio: ratios[ratios.length >> 1] ?? Number.NaN,
  };
}

export function seedsFrom(first: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
