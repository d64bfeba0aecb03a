import { advanceEpoch } from './advance-epoch.ts';
import { applyBatch } from './apply-batch.ts';
import type { EpochPlan, LogRecord } from './epoch.ts';
import { openEpoch } from './epoch-evidence.ts';
import { type EvidenceState, epochKey, epochOptions, unwatch, watch } from './evidence-state.ts';

/**
 * Enters one record of the batch log into the books. Changes `state` in place and returns it: copying the units of a
 * rollout for each batch would cost more than counting them. Otherwise a pure function of the log: no clock, no chance.
 *
 * Never throws on what an SDK sent: a batch in the log is acknowledged, and must not stop what comes after it.
 */
export function applyRecord(state: EvidenceState, record: LogRecord): EvidenceState {
  state.nowMs = Math.max(state.nowMs, record.kind === 'batch' ? record.receivedAtMs : record.atMs);
  for (const epoch of state.epochs.values()) advanceEpoch(epoch, state.nowMs);
  switch (record.kind) {
    case 'batch':
      applyBatch(state, record);
      break;
    case 'epoch-opened':
      open(state, record.plan);
      break;
    case 'stage-entered':
      enterStage(state, record);
      break;
    case 'epoch-closed':
      close(state, record);
      break;
    default:
      record satisfies never;
  }
  return state;
}

function open(state: EvidenceState, plan: EpochPlan): void {
  if (state.epochs.has(epochKey(plan.rolloutId, plan.epoch))) return;
  state.touched.add(plan.rolloutId);
  watch(state, openEpoch(plan, state.nowMs, epochOptions(state, state.epochCount++)));
}

function enterStage(state: EvidenceState, entered: { rolloutId: string; epoch: number; stageIndex: number }): void {
  const epoch = state.epochs.get(epochKey(entered.rolloutId, entered.epoch));
  if (epoch === undefined) return;
  epoch.progress.stageIndex = entered.stageIndex;
  state.touched.add(entered.rolloutId);
}

function close(state: EvidenceState, closed: { rolloutId: string; epoch: number }): void {
  const epoch = state.epochs.get(epochKey(closed.rolloutId, closed.epoch));
  if (epoch === undefined) return;
  state.touched.add(closed.rolloutId);
  unwatch(state, epoch);
}
