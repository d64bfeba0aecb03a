import type { EngineConfig, EngineGuard } from './engine-config.ts';

/** Ratios beyond a millionfold are as good as infinite, and would be so in arithmetic. */
const RATIO_MAX = 1e6;
/** As many as a fine grid needs; the state and each tick's work grow with them. */
const BINS_MAX = 1_024;

/** @throws Error that names the guard and what is wrong with it. */
export function assertConfig({ stageCount, guards }: EngineConfig): void {
  if (!Number.isInteger(stageCount) || stageCount < 1) throw new Error(`A rollout of ${stageCount} stages has none.`);
  for (const guard of guards) {
    const flaw = flawOf(guard);
    if (flaw !== null) throw new Error(`Guard ${guard.key}: ${flaw}.`);
  }
}

function flawOf(guard: EngineGuard): string | null {
  if (guard.kind === 'limit') return guard.maxRate >= 0 && guard.maxRate <= 1 ? null : `maxRate is ${guard.maxRate}`;
  const margin = guard.margins?.find((margin) => margin !== null && !isRatio(margin));
  if (margin !== undefined) return `the margin ${margin} is no ratio`;
  if (guard.kind === 'rate') {
    const { tolerance = 1, harm } = guard;
    const isOfHarm = harm === 'up' ? tolerance >= 1 : tolerance <= 1;
    return isOfHarm && isRatio(tolerance) ? null : `the tolerance ${tolerance} is no harm ${harm}`;
  }
  if (guard.kind === 'histogram') {
    const { binCount } = guard;
    return Number.isInteger(binCount) && binCount >= 1 && binCount <= BINS_MAX ? null : `${binCount} bins`;
  }
  const { minUnits, minValues = 0 } = guard;
  if (!(minValues >= 0)) return `minValues is ${minValues}`;
  return minUnits >= 1 ? null : `minUnits is ${minUnits}`;
}

function isRatio(value: number): boolean {
  return value >= 1 / RATIO_MAX && value <= RATIO_MAX;
}
