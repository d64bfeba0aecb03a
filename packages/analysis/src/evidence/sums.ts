import type { GuardSums } from '../statistics/engine/tick.ts';
import type { GuardLayout, Layout } from './layout.ts';
import type { Strata } from './strata.ts';

/** Additive statistics per cell. */
export interface Sums {
  readonly units: Float64Array;
  /** The sums of each guard, side by side: `guards[cell * sumsPerCell + offset]`. */
  readonly guards: Float64Array;
  /** Per guard with a `maxRate`, over all cells: treated units, each once, and how many of them counted. */
  readonly limits: Float64Array;
}

/** What was counted since the last tick was closed. */
export interface Increments extends Sums {
  /** Observations by bin, `bins[histogram * cellCount + cell]`: few of thousands of cells have any in one tick. */
  readonly bins: (Float64Array | undefined)[];
}

/** What was counted in all closed ticks. */
export interface ClosedSums extends Sums {
  /** Observations by bin in strata that carry evidence, `bins[histogram * 2 + arm]`. */
  readonly bins: readonly Float64Array[];
}

export function emptyIncrements(strata: Strata, layout: Layout): Increments {
  return { ...emptySums(strata, layout), bins: Array.from({ length: strata.cellCount * layout.histogramCount }) };
}

export function emptyClosedSums(strata: Strata, layout: Layout): ClosedSums {
  const histograms = layout.guards.flatMap(({ histogram }) => histogram ?? []);
  const bins = histograms.flatMap(({ bins: { binCount } }) => [new Float64Array(binCount), new Float64Array(binCount)]);
  return { ...emptySums(strata, layout), bins };
}

export function bytesOfSums({ units, guards, limits, bins }: Increments | ClosedSums): number {
  const columns = [units, guards, limits, ...bins.filter((counts) => counts !== undefined)];
  return columns.reduce((sum, column) => sum + column.byteLength, 0);
}

export function hasAny({ units, guards, limits, bins }: Increments): boolean {
  const isCounted = (value: number) => value !== 0;
  return units.some(isCounted) || guards.some(isCounted) || limits.some(isCounted) || bins.some(Boolean);
}

/** Adds increments to the sums before them, and leaves the increments empty. */
export function moveInto(closed: ClosedSums, increments: Increments, carriesEvidence: (cell: number) => boolean): void {
  const cellCount = increments.units.length;
  for (const [index, counts] of increments.bins.entries()) {
    if (counts === undefined) continue;
    const cell = index % cellCount;
    const sums = closed.bins[Math.floor(index / cellCount) * 2 + (cell % 2)];
    if (sums !== undefined && carriesEvidence(cell)) addAll(sums, counts);
    increments.bins[index] = undefined;
  }
  for (const name of ['units', 'guards', 'limits'] as const) {
    addAll(closed[name], increments[name]);
    increments[name].fill(0);
  }
}

/** What one guard has counted in a cell. */
export function sumsOfGuard(sums: Increments, layout: Layout, at: { guard: GuardLayout; cell: number }): GuardSums {
  const { guard, cell } = at;
  if (guard.histogram !== null) return histogramSums(sums.bins[guard.histogram.index * sums.units.length + cell]);
  return readSums(guard, { sums: sums.guards, from: firstSumOf(layout, at), exposed: sums.units[cell] ?? 0 });
}

/** Where the sums of one guard in one cell begin. */
export function firstSumOf(layout: Layout, at: { guard: GuardLayout; cell: number }): number {
  return at.cell * layout.sumsPerCell + at.guard.offset;
}

/** Names the sums of a guard that is no histogram; `layout.ts` has their order. */
export function readSums(
  guard: GuardLayout,
  { sums, from, exposed }: { sums: Float64Array; from: number; exposed: number },
): GuardSums {
  const { measure } = guard;
  const [first, second, third] = [sums[from] ?? 0, sums[from + 1] ?? 0, sums[from + 2] ?? 0];
  switch (measure.kind) {
    case 'binary':
      return measure.windowMs === undefined
        ? { kind: 'rate', units: exposed, events: first }
        : { kind: 'rate', units: first, events: second };
    case 'ratio':
      return {
        kind: 'ratio',
        units: first,
        sumY: second,
        sumZ: third,
        sumYY: sums[from + 3] ?? 0,
        sumZZ: sums[from + 4] ?? 0,
        sumYZ: sums[from + 5] ?? 0,
      };
    default:
      return { kind: 'mean', units: first, sum: second, sumSquares: third };
  }
}

export function histogramSums(counts: Float64Array | undefined): GuardSums {
  const bins: Record<number, number> = {};
  for (let bin = 0; bin < (counts?.length ?? 0); bin++) {
    const count = counts?.[bin] ?? 0;
    if (count > 0) bins[bin] = count;
  }
  return { kind: 'histogram', bins };
}

export function addAll(sums: Float64Array, added: Float64Array): void {
  for (let index = 0; index < added.length; index++) sums[index] = (sums[index] ?? 0) + (added[index] ?? 0);
}

function emptySums(strata: Strata, layout: Layout): Sums {
  return {
    units: new Float64Array(strata.cellCount),
    guards: new Float64Array(strata.cellCount * layout.sumsPerCell),
    limits: new Float64Array(layout.limitCount * 2),
  };
}
