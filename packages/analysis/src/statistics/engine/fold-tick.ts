import type { EngineConfig, EngineGuard } from './engine-config.ts';
import type { EngineState, GuardState } from './engine-state.ts';
import { foldHistogram } from './histogram-bets.ts';
import { foldLimit } from './limit-bets.ts';
import { foldMean } from './mean-score.ts';
import { foldRate } from './rate-bets.ts';
import { releaseAt } from './release-capital.ts';
import { foldSampleRatio } from './sample-ratio-bets.ts';
import type { Tick } from './tick.ts';

/** One step of the engine: pure and deterministic, so that a replay from any stored state is the same bit for bit. */
export function foldTick(config: EngineConfig, state: EngineState, tick: Tick): EngineState {
  return fold(config, state, { tick, isClosed: true });
}

/**
 * The state as if the tick ended now, to be read and thrown away. What is known per observation counts at once. Guards
 * whose bets need the whole tick (means, and rates by the share that a tick's units really have) stay as they were at
 * the last one that closed: their value within a tick is no e-process, so looking at it often would spend more than
 * alpha.
 */
export function peekTick(config: EngineConfig, state: EngineState, tick: Tick): EngineState {
  return fold(config, state, { tick, isClosed: false });
}

interface Step {
  readonly tick: Tick;
  readonly isClosed: boolean;
  readonly released: number;
  readonly isNewStage: boolean;
}

function fold(
  config: EngineConfig,
  state: EngineState,
  { tick, isClosed }: Pick<Step, 'tick' | 'isClosed'>,
): EngineState {
  const { stageIndex } = tick;
  const released = Math.min(releaseAt(state, config.stageCount), state.reserve);
  const step: Step = { tick, isClosed, released, isNewStage: stageIndex !== state.stageIndex };
  return {
    version: 1,
    tickCount: state.tickCount + 1,
    stageIndex,
    highestStageIndex: Math.max(state.highestStageIndex, state.stageIndex),
    reserve: state.reserve - released,
    sampleRatio: foldSampleRatio(state.sampleRatio, tick.strata),
    guards: config.guards.map((guard, index) => foldGuard(guard, state.guards[index], step)),
  };
}

function foldGuard(guard: EngineGuard, state: GuardState | undefined, step: Step): GuardState {
  if (guard.kind === 'rate' && state?.kind === 'rate') {
    return step.isClosed || guard.law === 'design'
      ? foldRate(guard, state, step)
      : foldRate(guard, state, withoutTick(step));
  }
  if (guard.kind === 'histogram' && state?.kind === 'histogram') return foldHistogram(guard, state, step);
  if (guard.kind === 'limit' && state?.kind === 'limit') return foldLimit(guard, state, step);
  if ((guard.kind === 'mean' || guard.kind === 'ratio') && state?.kind === 'mean') {
    return step.isClosed ? foldMean(guard, state, step) : foldMean(guard, state, withoutTick(step));
  }
  throw new Error(`The engine's state is not of this config: guard ${guard.key} is a ${guard.kind}.`);
}

/** Capital is released and the stage is the new one, but nothing came. */
function withoutTick(step: Step): Step {
  return { ...step, tick: { ...step.tick, strata: [] } };
}
