import type { EngineConfig, EngineGuard } from '../statistics/engine/engine-config.ts';
import type { EpochGuard, EpochPlan } from './epoch.ts';
import { binsOf } from './histogram-bins.ts';
import { measureOf } from './layout.ts';

/**
 * Units in each arm before the first look at a mean: beyond the skewness of what people buy and wait for, once values
 * are capped.
 */
const MEAN_UNITS_MIN = 100;
/** Values other than 0 in each arm before that: 30 / p units, where a share p of them has any. */
const MEAN_VALUES_MIN = 30;

const MEAN_START = { minUnits: MEAN_UNITS_MIN, minValues: MEAN_VALUES_MIN };

/** What the engine must know of an epoch: fixed when it opens, like the guards themselves. */
export function engineConfigOf({ stages, guards }: EpochPlan): EngineConfig {
  return { stageCount: stages.length, guards: guards.flatMap((guard) => [relativeGuardOf(guard), ...limitOf(guard)]) };
}

/** The engine's key of a guard's `maxRate`: no metric can be called so. */
export function limitKeyOf(metric: string): string {
  return `${metric}:limit`;
}

function relativeGuardOf(guard: EpochGuard): EngineGuard {
  const { key, harm, margins, tolerance } = guard;
  const shared = { key, harm, ...(margins === undefined ? {} : { margins }) };
  const measure = measureOf(guard);
  switch (measure.kind) {
    case 'binary':
      return {
        ...shared,
        kind: 'rate',
        // Without a window a unit may still count tomorrow: only events say something.
        law: measure.windowMs === undefined ? 'design' : 'hypergeometric',
        ...(tolerance === undefined ? {} : { tolerance }),
      };
    case 'count':
    case 'mean':
      return { ...shared, kind: 'mean', ...MEAN_START };
    case 'ratio':
      return { ...shared, kind: 'ratio', ...MEAN_START };
    case 'histogram':
      return { ...shared, kind: 'histogram', binCount: binsOf(measure).binCount };
    default:
      throw measure satisfies never;
  }
}

function limitOf(guard: EpochGuard): readonly EngineGuard[] {
  if (guard.maxRate === undefined || measureOf(guard).kind !== 'binary') return [];
  return [{ key: limitKeyOf(guard.key), kind: 'limit', maxRate: guard.maxRate }];
}
