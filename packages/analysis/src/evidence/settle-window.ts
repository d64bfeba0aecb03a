import type { EpochEvidence } from './epoch-evidence.ts';
import type { GuardLayout } from './layout.ts';
import type { ClosingWindow } from './open-windows.ts';
import { firstSumOf } from './sums.ts';
import { EXCLUDED_CELL } from './unit-table.ts';
import { clamp, UNIT_TOTAL_MAX } from './unit-total.ts';

/**
 * Adds what a unit did in a window to the sums of the stratum that the window began in, once for all guards whose window
 * is this long. A unit that was excluded meanwhile adds nothing.
 */
export function settleWindow(epoch: EpochEvidence, length: number, window: ClosingWindow): void {
  if (epoch.table.columns.cell[window.row] === EXCLUDED_CELL) return;
  for (const guard of epoch.layout.windows[length]?.guards ?? []) settleGuard(epoch, guard, window);
}

function settleGuard({ increments, layout }: EpochEvidence, guard: GuardLayout, window: ClosingWindow): void {
  const { measure } = guard;
  const total = window.totals[window.totalsAt + guard.slot] ?? 0;
  const sums = increments.guards;
  const from = firstSumOf(layout, { guard, cell: window.cell });
  add(sums, from, 1);
  switch (measure.kind) {
    case 'binary':
      add(sums, from + 1, total);
      if (guard.limit < 0 || !window.newlyTreated) break;
      add(increments.limits, guard.limit * 2, 1);
      add(increments.limits, guard.limit * 2 + 1, total);
      break;
    case 'count':
    case 'mean':
      addMoments(sums, from, clamp(total, measure.capAt ?? UNIT_TOTAL_MAX));
      break;
    case 'ratio':
      addProducts(sums, from, {
        y: clamp(total, UNIT_TOTAL_MAX),
        z: clamp(window.totals[window.totalsAt + guard.slot + 1] ?? 0, UNIT_TOTAL_MAX),
      });
      break;
    case 'histogram':
      throw new Error(`The histogram ${guard.key} has no window.`);
    default:
      measure satisfies never;
  }
}

function addMoments(sums: Float64Array, from: number, value: number): void {
  add(sums, from + 1, value);
  add(sums, from + 2, value * value);
}

function addProducts(sums: Float64Array, from: number, { y, z }: { y: number; z: number }): void {
  add(sums, from + 1, y);
  add(sums, from + 2, z);
  add(sums, from + 3, y * y);
  add(sums, from + 4, z * z);
  add(sums, from + 5, y * z);
}

function add(sums: Float64Array, index: number, value: number): void {
  sums[index] = (sums[index] ?? 0) + value;
}
