import { normalQuantile } from './special-functions.ts';

export interface HodgesLehmannReport {
  readonly validity: 'fixed-sample';
  /** The median of all differences, treatment minus control. */
  readonly shift: number;
  /** Null when the arms are too small for any interval at this level. */
  readonly interval: readonly [number, number] | null;
}

/** All pairs are held and sorted: 5 million of them are 40 MB and about a second. */
const PAIRS_MAX = 5_000_000;

/**
 * By how much treatment is shifted against control, in the unit of the values, with the interval of shifts that
 * Mann-Whitney does not reject at `level`. Independent units; both arms have one shape, only moved. Null without pairs,
 * or with more than five million.
 *
 * Hodges and Lehmann 1963; interval by the normal approximation of U, Hollander and Wolfe 4.3. For one look at a
 * finished stage: not valid under repeated looks.
 */
export function hodgesLehmann(
  control: readonly number[],
  treatment: readonly number[],
  level: number,
): HodgesLehmannReport | null {
  const n = control.length;
  const m = treatment.length;
  const pairs = n * m;
  if (pairs === 0 || pairs > PAIRS_MAX) return null;
  const differences = new Float64Array(pairs);
  treatment.forEach((treated, row) => {
    control.forEach((untreated, column) => {
      differences[row * n + column] = treated - untreated;
    });
  });
  differences.sort();
  // Every index below lies within the array, which is not empty.
  const at = (index: number) => differences[index] as number;

  const z = -normalQuantile((1 - level) / 2);
  const cut = Math.floor(pairs / 2 - z * Math.sqrt((pairs * (n + m + 1)) / 12));
  return {
    validity: 'fixed-sample',
    shift: (at(Math.floor((pairs - 1) / 2)) + at(Math.floor(pairs / 2))) / 2,
    interval: cut < 0 ? null : [at(cut), at(pairs - cut - 1)],
  };
}
