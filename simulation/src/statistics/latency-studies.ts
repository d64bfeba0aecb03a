import type { HistogramSums } from '@tidegate/analysis';
import { normalCdf } from '@tidegate/analysis/reports';
import type { Draws } from './draws.ts';
import { arrivalsOf, type Study } from './study.ts';

/** Bins from 5 ms to 8 s, 8 % apart. */
const EDGES: readonly number[] = Array.from({ length: 97 }, (_, index) => 5 * 1.08 ** index);
const BIN_COUNT = EDGES.length - 1;
const MEDIAN_MS = 120;
const SPREAD = 0.6;
/** Observations from before the rollout. */
const BASELINE_COUNT = 5_000;

/** How latency looks: lognormal around 120 ms, all of it shifted, or a part of the requests slowed down by five. */
export interface LatencySituation {
  readonly name: string;
  /** Factor on every request in treatment. */
  readonly shift: number;
  /** Share of requests in treatment that take `tailFactor` times as long. */
  readonly tailShare: number;
  readonly tailFactor: number;
  readonly share: number;
  readonly tickCount: number;
  readonly meanUnits: number;
  readonly boundUnits: number | null;
}

export function latencyStudy(situation: LatencySituation): Study {
  const { share, tickCount } = situation;
  const cumulative = {
    control: cumulate(latencyShares({ shift: 1, tailShare: 0, tailFactor: 1 })),
    treatment: cumulate(latencyShares(situation)),
  };
  const expected = latencyShares({ shift: 1, tailShare: 0, tailFactor: 1 });
  return {
    name: situation.name,
    config: {
      stageCount: 1,
      guards: [
        {
          kind: 'histogram',
          key: 'latency',
          harm: 'up',
          binCount: BIN_COUNT,
          baseline: Object.fromEntries(expected.map((part, bin) => [bin, Math.round(part * BASELINE_COUNT)])),
        },
      ],
    },
    asks: 'kill',
    tickCount,
    boundUnits: situation.boundUnits,
    onsetTick: 0,
    *ticks(draws) {
      for (let tick = 0; tick < tickCount; tick++) {
        const units = arrivalsOf(draws, situation.meanUnits, share);
        const sums = (arm: 'control' | 'treatment') => drawBins(draws, units[arm], cumulative[arm]);
        const guards = { latency: { control: sums('control'), treatment: sums('treatment') } };
        yield {
          tick: { stageIndex: 0, strata: [{ stageIndex: 0, treatmentShare: share, units, guards }] },
          units: units.control + units.treatment,
          treated: units.treatment,
        };
      }
    },
  };
}

/** The share of requests in each bin. */
export function latencyShares(of: { shift: number; tailShare: number; tailFactor: number }): readonly number[] {
  const part = (shift: number) => {
    const below = EDGES.map((edge, index) => {
      if (index === 0) return 0;
      return index === BIN_COUNT ? 1 : normalCdf(Math.log(edge / (MEDIAN_MS * shift)) / SPREAD);
    });
    return Array.from({ length: BIN_COUNT }, (_, bin) => (below[bin + 1] ?? 1) - (below[bin] ?? 0));
  };
  const [usual, slow] = [part(of.shift), part(of.shift * of.tailFactor)];
  return usual.map((share, bin) => (1 - of.tailShare) * share + of.tailShare * (slow[bin] ?? 0));
}

function cumulate(shares: readonly number[]): readonly number[] {
  let sum = 0;
  return shares.map((share) => {
    sum += share;
    return sum;
  });
}

function drawBins(draws: Draws, count: number, cumulative: readonly number[]): HistogramSums {
  const bins: Record<number, number> = {};
  for (let nth = 0; nth < count; nth++) {
    const bin = firstAtLeast(cumulative, draws.uniform());
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return { kind: 'histogram', bins };
}

function firstAtLeast(ascending: readonly number[], value: number): number {
  let [low, high] = [0, ascending.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 1) >= value) high = middle;
    else low = middle + 1;
  }
  return low;
}
