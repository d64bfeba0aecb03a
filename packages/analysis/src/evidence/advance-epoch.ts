import { foldTick } from '../statistics/engine/fold-tick.ts';
import { releaseAt } from '../statistics/engine/release-capital.ts';
import type { EpochEvidence } from './epoch-evidence.ts';
import { noLateEvents } from './layout.ts';
import { settleWindow } from './settle-window.ts';
import { isInStratum } from './strata.ts';
import { hasAny, moveInto } from './sums.ts';
import { startOfTickMs, tickIndexOf } from './tick-index.ts';
import { tickOf } from './tick-of.ts';

/**
 * Brings an epoch to an instant of the log's clock, before what happened then is counted: windows that ended are settled,
 * and when the instant lies in a later tick than the open one, that one is closed and folded.
 *
 *     tick 7            tick 8 … 11: nothing came      tick 12
 *     ●  ●   window ends ▏               window ends ▏ ●  this record: both windows and what came before are tick 7's
 *
 * However long nothing came, that is one fold; and a tick in which nothing was counted is none. Time without units says
 * nothing, so the engine's own time is the number of ticks that said something.
 */
export function advanceEpoch(epoch: EpochEvidence, nowMs: number): void {
  const tickIndex = tickIndexOf(nowMs);
  if (tickIndex > epoch.progress.tickIndex) {
    settleUntil(epoch, startOfTickMs(tickIndex) - 1);
    closeTick(epoch);
    epoch.progress.tickIndex = tickIndex;
  }
  settleUntil(epoch, nowMs);
}

function settleUntil(epoch: EpochEvidence, atMs: number): void {
  if (!epoch.windows.isUsed) return;
  epoch.windows.closeUntil(atMs, (length, window) => settleWindow(epoch, length, window));
}

function closeTick(epoch: EpochEvidence): void {
  const { closed, engineConfig, increments, layout, progress, strata, table } = epoch;
  if (!hasAny(increments)) return;
  progress.engine = foldTick(engineConfig, progress.engine, tickOf(epoch));
  moveInto(closed, increments, (cell) => isInStratum(strata, cell));
  progress.lateEvents = noLateEvents(layout);
  // The bets that the next tick begins have not paid for anybody who is here already.
  const { stageCount } = engineConfig;
  if (releaseAt(progress.engine, stageCount) > 0) progress.earlierRowCount = table.rowCount;
}
