import { assertConfig } from './assert-config.ts';
import type { EngineConfig, EngineGuard } from './engine-config.ts';
import { createHistogramState, type HistogramState } from './histogram-bets.ts';
import { createLimitState, type LimitState } from './limit-bets.ts';
import { createMeanState, type MeanState } from './mean-score.ts';
import { createRateState, type RateState } from './rate-bets.ts';
import { firstRelease } from './release-capital.ts';
import { SAMPLE_RATIO_ODDS } from './sample-ratio-bets.ts';

/**
 * All that the engine remembers of a rollout: a plain value that JSON carries without loss. It knows no alpha and no
 * weight, so those apply when it is read, and it can be read for several.
 */
export interface EngineState {
  readonly version: 1;
  readonly tickCount: number;
  /** The stage in force at the last tick; evidence of safety is of this stage alone. */
  readonly stageIndex: number;
  /** Of all ticks before the last one: what the last one opened, the next one releases capital for. */
  readonly highestStageIndex: number;
  /** Share of each guard's capital that is not bet yet: it is kept for harm that begins later. */
  readonly reserve: number;
  /** ln of what each multiplier of the odds has won. */
  readonly sampleRatio: readonly number[];
  /** In the order of the config's guards. */
  readonly guards: readonly GuardState[];
}

export type GuardState = RateState | HistogramState | MeanState | LimitState;

/** Before the first tick. @throws Error when the config makes no sense: whoever accepts one has to check it before. */
export function createEngine(config: EngineConfig): EngineState {
  assertConfig(config);
  return {
    version: 1,
    tickCount: 0,
    stageIndex: 0,
    highestStageIndex: 0,
    reserve: 1 - firstRelease(config.stageCount),
    sampleRatio: SAMPLE_RATIO_ODDS.map(() => 0),
    guards: config.guards.map((guard) => createGuardState(guard, config.stageCount)),
  };
}

function createGuardState(guard: EngineGuard, stageCount: number): GuardState {
  switch (guard.kind) {
    case 'rate':
      return createRateState(stageCount);
    case 'histogram':
      return createHistogramState(guard, stageCount);
    case 'mean':
    case 'ratio':
      return createMeanState();
    case 'limit':
      return createLimitState(stageCount);
    default:
      return guard satisfies never;
  }
}
