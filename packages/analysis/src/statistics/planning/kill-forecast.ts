import { type Effect, informationPerUnit } from './information-per-unit.ts';

/** A stage as planned, or as traffic will make it. */
export interface StageTraffic {
  readonly treatmentShare: number;
  /** Units that come in a minute, both arms together. */
  readonly unitsPerMinute: number;
  /** How long the stage lasts; Infinity for one that waits. */
  readonly minutes: number;
}

export interface KillForecast {
  /** The stage in which the evidence suffices. */
  readonly stageIndex: number;
  readonly minutes: number;
  readonly units: number;
  /** Those of them in treatment: who is harmed before the kill. */
  readonly treatedUnits: number;
}

/**
 * What the rules that do not know the effect need, over what one needs that does: measured by the simulation of
 * statistics, means over many sizes of harm. Worst cases are about half as much again. A rate without a window bets on
 * units that count alone: where most do, it takes 1/(1 - rate) as long.
 */
const UNITS_OVER_BOUND: Readonly<Record<Effect['kind'], number>> = {
  rate: 1.6,
  count: 1.6,
  histogram: 1.7,
  mean: 1.3,
};

/**
 * When a harm is killed on average, along a ramp; null when the ramp ends before. `alpha` is the guard's own: the
 * rollout's times its weight. Units do not return: with returning ones it takes longer.
 */
export function forecastKill(
  effect: Effect,
  { alpha, stages }: { readonly alpha: number; readonly stages: readonly StageTraffic[] },
): KillForecast | null {
  return alongRamp(natsToKill(effect.kind, alpha), stages, (share) => informationPerUnit(effect, share));
}

/** The information that must have come when the evidence reaches 1/alpha, on average. */
export function natsToKill(kind: Effect['kind'], alpha: number): number {
  return Math.log(1 / alpha) * UNITS_OVER_BOUND[kind];
}

/** The same for a rule that knows the effect: the bound that no rule passes. */
export function boundOfRamp(
  effect: Effect,
  { alpha, stages }: { readonly alpha: number; readonly stages: readonly StageTraffic[] },
): KillForecast | null {
  return alongRamp(Math.log(1 / alpha), stages, (share) => informationPerUnit(effect, share));
}

/** Where the information of the units that came adds up to `nats`. */
function alongRamp(
  nats: number,
  stages: readonly StageTraffic[],
  informationAt: (treatmentShare: number) => number,
): KillForecast | null {
  let missing = nats;
  let minutes = 0;
  let units = 0;
  let treatedUnits = 0;
  for (const [stageIndex, stage] of stages.entries()) {
    const perMinute = informationAt(stage.treatmentShare) * stage.unitsPerMinute;
    const needed = missing / perMinute;
    const stay = Math.min(needed, stage.minutes);
    if (!Number.isFinite(stay)) return null;
    minutes += stay;
    units += stay * stage.unitsPerMinute;
    treatedUnits += stay * stage.unitsPerMinute * stage.treatmentShare;
    if (needed <= stage.minutes) return { stageIndex, minutes, units, treatedUnits };
    missing -= stay * perMinute;
  }
  return null;
}
