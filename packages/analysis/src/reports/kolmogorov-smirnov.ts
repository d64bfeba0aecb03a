import { oneSampleKolmogorovTail } from './one-sample-kolmogorov-tail.ts';
import type { TailProbabilities } from './tail-probabilities.ts';
import { groupsOfValues, type TiedGroup, unitsOf } from './tied-groups.ts';

/** From here on the exact law is left out: it visits every pair, about a tenth of a second for these. */
const EXACT_PAIRS_MAX = 1_000_000;

export interface KolmogorovSmirnovReport {
  readonly validity: 'fixed-sample';
  /** The largest distances between the distribution functions; `greater` where treatment's lies below control's. */
  readonly distance: TailProbabilities;
  /** From the law of random paths; null beyond a million pairs. With ties the p is too large, never too small. */
  readonly exact: TailProbabilities | null;
  readonly approximate: TailProbabilities;
}

/**
 * Do the distributions differ anywhere? Independent units, at least one in each arm; `greater` speaks for larger values
 * in treatment.
 *
 * Smirnov 1939; exact law by the recursion of Hodges 1957, who also gives the one-sided approximation (5.3); two-sided
 * approximation by the one-sample law at nm/(n+m) units. For one look at a finished stage: not valid under repeated
 * looks.
 */
export function kolmogorovSmirnov(control: readonly number[], treatment: readonly number[]): KolmogorovSmirnovReport {
  return kolmogorovSmirnovOfGroups(groupsOfValues(control, treatment));
}

/** The same from a histogram: distances within a bin are not seen, so the p is too large, never too small. */
export function kolmogorovSmirnovOfGroups(groups: readonly TiedGroup[]): KolmogorovSmirnovReport {
  const { control: n, treatment: m } = unitsOf(groups);
  const pairs = n * m;
  const { greater, less } = largestGaps(groups, { n, m });
  const twoSided = Math.max(greater, less);
  const exact = () => ({
    greater: chanceOfGap(n, m, (gap) => gap >= greater),
    less: chanceOfGap(n, m, (gap) => gap >= less),
    twoSided: chanceOfGap(n, m, (gap) => Math.abs(gap) >= twoSided),
  });
  return {
    validity: 'fixed-sample',
    distance: { greater: greater / pairs, less: less / pairs, twoSided: twoSided / pairs },
    exact: pairs <= EXACT_PAIRS_MAX ? exact() : null,
    approximate: {
      greater: oneSidedTail(greater / pairs, n, m),
      less: oneSidedTail(less / pairs, n, m),
      twoSided: oneSampleKolmogorovTail(twoSided / pairs, roundHalfToEven(pairs / (n + m))),
    },
  };
}

/** The largest differences of the distribution functions times nm, which makes them whole. */
function largestGaps(
  groups: readonly TiedGroup[],
  { n, m }: { n: number; m: number },
): { greater: number; less: number } {
  let greater = 0;
  let less = 0;
  let i = 0;
  let j = 0;
  for (const { control, treatment } of groups) {
    i += control;
    j += treatment;
    const gap = i * m - j * n;
    greater = Math.max(greater, gap);
    less = Math.max(less, -gap);
  }
  return { greater, less };
}

/**
 * The chance that a random order of n control and m treatment units has a gap that is far. By the last unit of the
 * order, from sums of positive numbers only, so that a small p keeps its digits.
 */
function chanceOfGap(n: number, m: number, isFar: (gap: number) => boolean): number {
  // chances[j] is the chance for i control and j treatment units.
  const chances = new Float64Array(m + 1);
  for (let i = 0; i <= n; i += 1) {
    for (let j = 0; j <= m; j += 1) {
      const withControl = i === 0 ? 0 : (i / (i + j)) * (chances[j] ?? 0);
      const withTreatment = j === 0 ? 0 : (j / (i + j)) * (chances[j - 1] ?? 0);
      chances[j] = isFar(i * m - j * n) ? 1 : withControl + withTreatment;
    }
  }
  return chances[m] ?? 1;
}

function oneSidedTail(distance: number, n: number, m: number): number {
  const larger = Math.max(n, m);
  const smaller = Math.min(n, m);
  const z = distance * Math.sqrt((n * m) / (n + m));
  const correction = (2 * z * (larger + 2 * smaller)) / (3 * Math.sqrt(n * m * (n + m)));
  return Math.exp(-2 * z * z - correction);
}

/** As the reference does it, so that p-values can be compared: 2.5 is 2. */
function roundHalfToEven(value: number): number {
  return value % 1 === 0.5 ? 2 * Math.round(value / 2) : Math.round(value);
}
