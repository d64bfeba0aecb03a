import { type Quantiles, quantilesOf } from './quantiles.ts';
import type { ShadowRun } from './run-shadow.ts';

/** What becomes of a harm, over all runs with it. */
export interface Kills {
  readonly killed: number;
  /** Who had the treatment before the kill. */
  readonly treatedUnits: Quantiles;
  readonly minutesToKill: Quantiles;
}

export function killsOf(runs: readonly ShadowRun[]): Kills {
  const kills = runs.map((run) => (run.end === 'killed' ? run : null));
  return {
    killed: kills.filter((run) => run !== null).length,
    treatedUnits: quantilesOf(kills.map((run) => run?.last.treatedUnits ?? null)),
    minutesToKill: quantilesOf(kills.map((run) => run && run.elapsedMs / 60_000)),
  };
}
