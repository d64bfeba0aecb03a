import { ALPHA_RAMP } from '../engine/read-engine.ts';
import { type Baseline, effectOfRatio, safetyPerUnit } from './baseline.ts';
import { forecastKill } from './kill-forecast.ts';
import { smallestHarm } from './smallest-harm.ts';

export interface ForecastInput {
  /** Units that come in a minute, both arms together, each for the first time. */
  readonly unitsPerMinute: number;
  /** The rollout's: for all guards together. */
  readonly alpha: number;
  readonly stages: readonly ForecastStage[];
  readonly guards: readonly ForecastGuard[];
}

export interface ForecastStage {
  readonly treatmentShare: number;
  /** The shortest stay. */
  readonly minMinutes: number;
  /** The stage is left after so long, proof or none; waits for it when absent. */
  readonly maxMinutes?: number;
}

export interface ForecastGuard {
  readonly metric: string;
  readonly harm: 'up' | 'down';
  /** Relative, above 0. */
  readonly weight: number;
  readonly baseline: Baseline;
  /** Per stage, the ratio that must be ruled out before the ramp goes on; null or absent: none. */
  readonly margins?: readonly (number | null)[];
}

export interface StageForecast {
  readonly stageIndex: number;
  /** How long a flag without harm stays, on average; null when no proof ever comes and nothing else ends the stage. */
  readonly minutes: number | null;
  readonly guards: readonly GuardForecast[];
  /** What an operator should know of the stage. */
  readonly sentences: readonly string[];
}

export interface GuardForecast {
  readonly metric: string;
  /** The mildest harm that the stage shows by itself while it lasts; null when it shows none, or lasts for ever. */
  readonly smallestRatio: number | null;
  /** Until the stage's margin is ruled out; null without a margin, or when that never comes. */
  readonly minutesUntilSafe: number | null;
  /** For harms of some sizes: how long this stage alone takes to kill, and how many treated units by then. */
  readonly kills: readonly { readonly ratio: number; readonly minutes: number; readonly treatedUnits: number }[];
}

/** Harms that operators ask about. */
const EXAMPLES = { up: [2, 10], down: [0.9, 0.5] } as const;

/**
 * What each stage can see and how long it takes, at a traffic that does not change. Averages: half of all runs take
 * longer. At 100 % nothing can be compared, so such a stage says nothing.
 */
export function forecastRollout(input: ForecastInput): readonly StageForecast[] {
  const weights = input.guards.reduce((sum, { weight }) => sum + weight, 0);
  return input.stages.map((stage, stageIndex) => {
    const untilSafe = input.guards.map((guard) => minutesUntilSafe(guard, { input, stage, stageIndex }));
    const minutes = stayOf(stage, untilSafe);
    const guards = input.guards.map((guard, index) => ({
      metric: guard.metric,
      minutesUntilSafe: finiteOrNull(untilSafe[index] ?? null),
      ...harmShownBy(guard, { input, stage, minutes, alpha: (input.alpha * guard.weight) / weights }),
    }));
    const forecast = { stageIndex, minutes: finiteOrNull(minutes), guards };
    return { ...forecast, sentences: describe(forecast, stage) };
  });
}

/** Null without a margin, Infinity when the proof never comes. */
function minutesUntilSafe(
  guard: ForecastGuard,
  of: { readonly input: ForecastInput; readonly stage: ForecastStage; readonly stageIndex: number },
): number | null {
  const margin = guard.margins?.[of.stageIndex] ?? null;
  const { treatmentShare } = of.stage;
  if (margin === null || treatmentShare >= 1) return null;
  const perMinute = safetyPerUnit(guard.baseline, { margin, treatmentShare }) * of.input.unitsPerMinute;
  return Math.log(1 / ALPHA_RAMP) / perMinute;
}

function stayOf(stage: ForecastStage, untilSafe: readonly (number | null)[]): number {
  const proof = Math.max(stage.minMinutes, ...untilSafe.map((minutes) => minutes ?? 0));
  return Math.max(stage.minMinutes, Math.min(proof, stage.maxMinutes ?? Number.POSITIVE_INFINITY));
}

function harmShownBy(
  { baseline, harm }: ForecastGuard,
  of: {
    readonly input: ForecastInput;
    readonly stage: ForecastStage;
    readonly minutes: number;
    readonly alpha: number;
  },
): Pick<GuardForecast, 'smallestRatio' | 'kills'> {
  const { alpha, minutes } = of;
  const { treatmentShare } = of.stage;
  const { unitsPerMinute } = of.input;
  const units = minutes * unitsPerMinute;
  const stages = [{ treatmentShare, unitsPerMinute, minutes: Number.POSITIVE_INFINITY }];
  return {
    smallestRatio: Number.isFinite(units) ? smallestHarm(baseline, { harm, alpha, treatmentShare, units }) : null,
    kills: EXAMPLES[harm].flatMap((ratio) => {
      const kill = forecastKill(effectOfRatio(baseline, ratio), { alpha, stages });
      return kill === null ? [] : [{ ratio, minutes: kill.minutes, treatedUnits: kill.treatedUnits }];
    }),
  };
}

function describe(forecast: Omit<StageForecast, 'sentences'>, stage: ForecastStage): readonly string[] {
  const name = `Stage ${forecast.stageIndex + 1} (${Number((100 * stage.treatmentShare).toPrecision(6))} %)`;
  if (stage.treatmentShare >= 1) return [`${name} has no control to compare with.`];
  return [
    ...forecast.guards.map((guard) => `${name} ${sentenceOf(guard)}`),
    forecast.minutes === null
      ? `${name} never ends by itself: at this traffic the proof that it waits for does not come.`
      : `${name} lasts about ${inWords(forecast.minutes)} when there is no harm.`,
  ];
}

function sentenceOf({ metric, kills, smallestRatio }: GuardForecast): string {
  const shown = kills
    .filter(({ minutes }) => minutes <= MINUTES_MAX)
    .map(({ ratio, minutes }) => `${metric} × ${ratio} within ${inWords(minutes)}`);
  const mildest =
    smallestRatio === null ? '' : `; while it lasts, × ${Number(smallestRatio.toPrecision(3))} at the mildest`;
  return shown.length === 0 ? `shows no harm to ${metric}.` : `can see ${shown.join(', ')}${mildest}.`;
}

/** A year: nobody waits longer. */
const MINUTES_MAX = 365 * 24 * 60;

function inWords(minutes: number): string {
  if (minutes > MINUTES_MAX) return 'more than a year';
  if (minutes >= 2 * 24 * 60) return `${Math.round(minutes / 60 / 24)} days`;
  if (minutes >= 2 * 60) return `${Math.round(minutes / 60)} hours`;
  const whole = Math.max(1, Math.ceil(minutes));
  return whole === 1 ? 'a minute' : `${whole} minutes`;
}

function finiteOrNull(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
