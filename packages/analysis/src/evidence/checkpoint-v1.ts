import type { EpochWaiting, EpochWaitingUnit } from './checkpoint-v3.ts';
import type { FillColumns } from './column.ts';
import type { EpochPlan } from './epoch.ts';
import type { EpochCounts, EpochEvidence } from './epoch-evidence.ts';

/** An epoch of a checkpoint of version 1, which knew binary guards without windows and no ticks. */
export interface EpochHeaderV1 {
  readonly plan: EpochPlan;
  readonly counts: Omit<EpochCounts, 'overflowWindows' | 'lastOutcomeAtMs' | 'waitingOutcomes'>;
  readonly rowCount: number;
  readonly waiting: {
    readonly young: readonly WaitingUnitV1[];
    readonly old: readonly WaitingUnitV1[];
    readonly youngSinceMs: number;
  };
}

interface WaitingUnitV1 {
  readonly h0: number;
  readonly h1: number;
  readonly outcomes: readonly { readonly guard: number; readonly atMs: number; readonly receivedAtMs: number }[];
}

/**
 * What was counted before there were ticks becomes the first: for binary guards the engine's bets multiply over
 * observations, so one large tick says what many small ones would have, but for what is released later. Units and events
 * per cell lie as they do now, for each guard had one number.
 */
export function restoreEpochV1(epoch: EpochEvidence, saved: EpochHeaderV1, fill: FillColumns): EpochWaiting {
  const { increments, progress, strata, table } = epoch;
  const units = table.allocate(saved.rowCount);
  // There were no windows yet.
  fill([...table.rowsOf(units).columns, increments.units, increments.guards]);
  table.load(saved.rowCount, units);
  const cells = increments.units.length / strata.stageCount;
  progress.stageIndex = Math.max(0, Math.floor(increments.units.findLastIndex((count) => count > 0) / cells));
  const { young, old, youngSinceMs } = saved.waiting;
  return { young: young.map(unitOf), old: old.map(unitOf), youngSinceMs };
}

function unitOf({ h0, h1, outcomes }: WaitingUnitV1): EpochWaitingUnit {
  return { h0, h1, outcomes: outcomes.map(({ guard, ...when }) => ({ input: guard, value: 1, ...when })) };
}
