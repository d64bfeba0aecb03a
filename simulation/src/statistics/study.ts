import type { EngineConfig, Tick } from '@tidegate/analysis';
import type { Draws } from './draws.ts';

/** The share of kills among harmless rollouts that every study is held to. */
export const ALPHA = 0.05;
export const ALPHA_SAMPLE_RATIO = 0.001;
/** A tick is ten seconds. */
export const TICKS_PER_MINUTE = 6;

/**
 * One situation, drawn again and again: what happens in it, tick by tick, and what the engine is asked about it. The
 * ticks come ready as sums, so that hundreds of runs take seconds; `simulate-rollout.ts` drives whole rollouts instead.
 */
export interface Study {
  readonly name: string;
  readonly config: EngineConfig;
  /** Whether a run ends at a kill, or when the sample ratio is declared wrong. */
  readonly asks: 'kill' | 'sample-ratio';
  readonly tickCount: number;
  /** Units that any rule of this level needs on average; null where no harm is done, or no simple bound is known. */
  readonly boundUnits: number | null;
  /** The tick from which on treatment does harm; 0 when it does from the start. */
  readonly onsetTick: number;
  /** One run. Each call draws anew. */
  ticks(draws: Draws): Iterable<StudyTick>;
}

export interface StudyTick {
  readonly tick: Tick;
  /** Units exposed in this tick, and those of them in treatment. */
  readonly units: number;
  readonly treated: number;
}

/** Treatment shares of a ramp whose stages last equally long. */
export function rampOf(shares: readonly number[], tickCount: number): (tick: number) => Stage {
  return (tick) => {
    const stageIndex = Math.min(shares.length - 1, Math.floor((tick * shares.length) / tickCount));
    return { stageIndex, share: shares[stageIndex] ?? 1 };
  };
}

export interface Stage {
  readonly stageIndex: number;
  readonly share: number;
}

/** Units that come in a tick, by arm. */
export interface Arrivals {
  readonly control: number;
  readonly treatment: number;
}

export function arrivalsOf(draws: Draws, meanUnits: number, share: number): Arrivals {
  const units = draws.poisson(meanUnits);
  const treatment = draws.binomial(units, share);
  return { control: units - treatment, treatment };
}

/** A day's swing between 1 - `depth` and 1 + `depth`, lowest a quarter into the run. */
export function seasonOf(depth: number, tickCount: number): (tick: number) => number {
  return (tick) => 1 + depth * Math.sin(2 * Math.PI * (tick / tickCount - 0.25));
}
