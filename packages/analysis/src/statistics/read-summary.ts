import type { EvidenceSummary } from '../evidence/summary.ts';
import type { EngineConfig } from './engine/engine-config.ts';
import { createEngine } from './engine/engine-state.ts';
import { foldTick, peekTick } from './engine/fold-tick.ts';
import { type EngineReading, type EngineTerms, readEngine } from './engine/read-engine.ts';
import type { Tick } from './engine/tick.ts';

export interface SummaryReading extends EngineReading {
  /** The stage that the evidence of safety is of: the one in force at the last tick, so a new stage begins without any. */
  readonly stageIndex: number;
}

/** The engine as it stands: its closed ticks, with what came since. */
export function readSummary(
  summary: EvidenceSummary,
  of: { readonly terms: EngineTerms; readonly stageIndex: number; readonly safeRatio: number | undefined },
): SummaryReading {
  if (summary.ticks === undefined) return readSums(summary, of);
  const { config, state, pending } = summary.ticks;
  const peeked = peekTick(config, state, pending);
  return { ...readEngine(config, peeked, of.terms), stageIndex: peeked.stageIndex };
}

/**
 * Where only sums were stored, all that was counted is one tick. Then there are no restarts for harm that begins late,
 * and the margin is the one that is asked for now.
 */
function readSums(
  { guards, strata }: EvidenceSummary,
  of: { readonly terms: EngineTerms; readonly stageIndex: number; readonly safeRatio: number | undefined },
): SummaryReading {
  const { safeRatio, stageIndex } = of;
  const margins = Array.from({ length: stageIndex + 1 }, () => safeRatio ?? null);
  const config: EngineConfig = {
    stageCount: 1,
    guards: guards.map(({ metric, harm }) => ({ key: metric, kind: 'rate', law: 'design', harm, margins })),
  };
  const tick: Tick = {
    stageIndex,
    strata: strata.map(({ events, ...stratum }) => ({
      ...stratum,
      guards: Object.fromEntries(
        Object.entries(events).map(([key, { control, treatment }]) => [
          key,
          {
            control: { kind: 'rate', units: stratum.units.control, events: control },
            treatment: { kind: 'rate', units: stratum.units.treatment, events: treatment },
          },
        ]),
      ),
    })),
  };
  const state = foldTick(config, createEngine(config), tick);
  return { ...readEngine(config, state, of.terms), stageIndex };
}
