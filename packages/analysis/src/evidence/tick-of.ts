import type { ArmPair, GuardSums, Tick, TickStratum } from '../statistics/engine/tick.ts';
import { limitKeyOf } from './engine-config-of.ts';
import type { EpochEvidence } from './epoch-evidence.ts';
import { cellOf, treatmentShare } from './strata.ts';
import { sumsOfGuard } from './sums.ts';

/** What was counted since the last tick was closed, as the engine takes it. Strata and guards with nothing are left out. */
export function tickOf(epoch: EpochEvidence): Tick {
  const { progress, strata } = epoch;
  const counted: TickStratum[] = [];
  for (let stageIndex = 0; stageIndex < strata.stageCount; stageIndex++) {
    for (let slot = 0; slot <= stageIndex; slot++) {
      const stratum = findStratum(epoch, stageIndex, slot);
      if (stratum !== null) counted.push(stratum);
    }
  }
  return { stageIndex: progress.stageIndex, strata: [...counted, ...limitsOf(epoch)] };
}

/** Null when nothing was counted there. */
function findStratum(epoch: EpochEvidence, stageIndex: number, slot: number): TickStratum | null {
  const { increments, layout, strata } = epoch;
  const control = cellOf(strata, stageIndex, { slot, arm: 0 });
  const treatment = cellOf(strata, stageIndex, { slot, arm: 1 });
  const units = { control: increments.units[control] ?? 0, treatment: increments.units[treatment] ?? 0 };
  const guards: Record<string, ArmPair<GuardSums>> = {};
  let isEmpty = units.control + units.treatment === 0;
  for (const guard of layout.guards) {
    const ofControl = sumsOfGuard(increments, layout, { guard, cell: control });
    const ofTreatment = sumsOfGuard(increments, layout, { guard, cell: treatment });
    if (!isAny(ofControl) && !isAny(ofTreatment)) continue;
    guards[guard.key] = { control: ofControl, treatment: ofTreatment };
    isEmpty = false;
  }
  if (isEmpty) return null;
  const share = treatmentShare(strata, stageIndex, slot === 0 ? null : slot - 1);
  return { stageIndex, treatmentShare: share, units, guards };
}

/** Limits ask for no coin: treated units of all strata, and of none, are told in one that has no control. */
function limitsOf({ increments, layout, progress }: EpochEvidence): readonly TickStratum[] {
  const guards: Record<string, ArmPair<GuardSums>> = {};
  for (const { key, limit } of layout.guards) {
    const units = limit < 0 ? 0 : (increments.limits[limit * 2] ?? 0);
    const events = limit < 0 ? 0 : (increments.limits[limit * 2 + 1] ?? 0);
    if (units + events === 0) continue;
    const lateEvents = progress.lateEvents[limit] ?? 0;
    guards[limitKeyOf(key)] = {
      control: { kind: 'rate', units: 0, events: 0 },
      treatment: { kind: 'rate', units, events, ...(lateEvents > 0 ? { lateEvents } : {}) },
    };
  }
  if (Object.keys(guards).length === 0) return [];
  const { stageIndex } = progress;
  return [{ stageIndex, treatmentShare: 1, units: { control: 0, treatment: 0 }, guards }];
}

function isAny(sums: GuardSums): boolean {
  switch (sums.kind) {
    case 'rate':
      return sums.events > 0 || sums.units > 0;
    case 'histogram':
      return Object.keys(sums.bins).length > 0;
    case 'mean':
    case 'ratio':
      return sums.units > 0;
    default:
      return sums satisfies never;
  }
}
