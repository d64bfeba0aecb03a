import { normalQuantile } from '../reports/index.ts';

export interface RankInterval {
  /** Hodges-Lehmann: the median of all differences, treatment minus control. */
  readonly shift: number;
  /** `low <= shift <= high`. Null when so few points have no interval at this level. */
  readonly interval: { readonly low: number; readonly high: number } | null;
}

/** All pairs are held and sorted: 5 million of them, two days of minutes a side, are 40 MB and about a second. */
const PAIRS_MAX = 5_000_000;

/**
 * The shifts that the two-sided Mann-Whitney test does not reject at `confidence`: normal approximation, corrected for
 * continuity and for ties within each series, as in R's `wilcox.test(exact = FALSE)`. The bounds are differences that
 * occur, found by counting and not by a search with an absolute tolerance: they scale with the data and are ordered,
 * ties or not. (`reports/hodges-lehmann.ts` leaves both corrections out.) Null without pairs, or with more than five
 * million.
 */
export function rankInterval(
  { treatment, control }: { readonly treatment: readonly number[]; readonly control: readonly number[] },
  confidence: number,
): RankInterval | null {
  const pairs = treatment.length * control.length;
  if (pairs === 0 || pairs > PAIRS_MAX) return null;
  const differences = new Float64Array(pairs);
  for (const [row, treated] of treatment.entries()) {
    for (const [column, untreated] of control.entries())
      differences[row * control.length + column] = treated - untreated;
  }
  differences.sort();
  // Every index below lies within the array, which is not empty.
  const at = (index: number) => differences[index] as number;

  const total = treatment.length + control.length;
  const ties = tieCubes(treatment) + tieCubes(control);
  const variance = (pairs / 12) * (total + 1 - ties / Math.max(1, total * (total - 1)));
  const z = normalQuantile((1 + confidence) / 2);
  const cut = Math.ceil(pairs / 2 - 0.5 - z * Math.sqrt(variance));
  return {
    shift: (at(Math.floor((pairs - 1) / 2)) + at(Math.floor(pairs / 2))) / 2,
    interval: cut < 1 ? null : { low: at(cut - 1), high: at(pairs - cut) },
  };
}

/** The sum of t³ - t over groups of t equal values. */
function tieCubes(values: readonly number[]): number {
  const sizes = new Map<number, number>();
  for (const value of values) sizes.set(value, (sizes.get(value) ?? 0) + 1);
  return [...sizes.values()].reduce((sum, size) => sum + size ** 3 - size, 0);
}
