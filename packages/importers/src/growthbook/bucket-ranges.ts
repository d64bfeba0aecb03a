import type { GrowthBookRange, GrowthBookRule } from './growthbook-file.ts';

/** Positions that one version of the hash can have: n / this, below 1. */
const POSITION_COUNTS = { 1: 1_000, 2: 10_000 } as const;

/**
 * The ranges of an experiment by its weights and coverage, added up in doubles as GrowthBook adds them
 * (https://docs.growthbook.io/lib/build-your-own, "getBucketRanges"). Weights that do not fit count as equal.
 */
export function experimentRanges(
  { ranges, weights, coverage = 1 }: Pick<GrowthBookRule, 'ranges' | 'weights' | 'coverage'>,
  variationCount: number,
): readonly GrowthBookRange[] {
  if (ranges !== undefined) return ranges;
  const share = Math.min(1, Math.max(0, coverage));
  const fits = weights !== undefined && weights.length === variationCount && isNearlyOne(sumOf(weights));
  let from = 0;
  return (fits ? weights : new Array<number>(variationCount).fill(1 / variationCount)).map((weight) => {
    const range = [from, from + share * weight] as const;
    from += weight;
    return range;
  });
}

function sumOf(weights: readonly number[]): number {
  return weights.reduce((sum, weight) => weight + sum, 0);
}

function isNearlyOne(sum: number): boolean {
  return sum >= 0.99 && sum <= 1.01;
}

/** What is left of a range where none of some others are. */
export function rangeWithout(range: GrowthBookRange, others: readonly GrowthBookRange[]): readonly GrowthBookRange[] {
  let left: GrowthBookRange[] = [range];
  for (const [from, to] of others) {
    if (from >= to) continue;
    left = left.flatMap(([start, end]): GrowthBookRange[] => [
      [start, Math.min(end, from)],
      [Math.max(start, to), end],
    ]);
  }
  return left.filter(([from, to]) => from < to);
}

/** A rollout includes the position that is its coverage, so its range ends half a position later. */
export function coverageRange(coverage: number, hashVersion: 1 | 2): GrowthBookRange {
  const count = POSITION_COUNTS[hashVersion];
  if (coverage < 0) return [0, 0];
  let last = Math.min(count - 1, Math.floor(coverage * count) + 1);
  while (last / count > coverage) last--;
  return [0, (last + 0.5) / count];
}
