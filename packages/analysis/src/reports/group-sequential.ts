import { bracketRoot } from '../statistics/bracket-root.ts';
import { normalCdf, normalDensity, normalQuantile, normalTail } from './special-functions.ts';

export interface GroupSequentialReport {
  /** Holds if looks were planned and no other is taken. */
  readonly validity: 'planned-looks';
  readonly looks: readonly {
    /** Stop where z reaches it. Null where a look spends less of alpha than doubles tell from nothing. */
    readonly boundary: number | null;
    /** Probability of having stopped so far, if there is no difference. */
    readonly spent: number;
  }[];
}

/** How alpha is spent over the information, from 0 to 1: late (O'Brien and Fleming) or about evenly (Pocock). */
export type Spending = 'obrien-fleming' | 'pocock';

/** Each look costs an integral over the one before: 50 take about a second. */
const LOOKS_MAX = 50;
/** Steps of the grid within the spread that comes between two looks: boundaries are exact to four digits. */
const STEPS_PER_SPREAD = 4;
/** A limit on work when looks lie very close to each other; then a digit is lost. */
const STEPS_MAX = 1_000;
/** A normal distribution has nothing beyond that a double would show beside its middle. */
const SPREADS = 8;
/** Below, a path is not coming back; above, it has a chance of 1e-19 to be. */
const Z_LEAST = -8;
const Z_MOST = 9;
/** The integral over a path is not more exact, so no look after the first is given less. */
const CHANCE_MIN = 1e-15;

/**
 * One-sided boundaries on z for looks at the given shares of the final information, which rise to at most 1; at most 50
 * looks.
 The most powerful rule if the end is known beforehand, which for a rollout it is not.
 *
 * Lan and DeMets 1983, with their spending functions in the manner of O'Brien and Fleming 1979 and Pocock 1977; the law
 * of the path that has not stopped by the recursion of Armitage, McPherson and Rowe 1969.
 */
export function groupSequentialBoundaries(
  plan: { readonly spending: Spending; readonly alpha: number },
  informationShares: readonly number[],
): GroupSequentialReport {
  if (informationShares.length > LOOKS_MAX) {
    throw new RangeError(`expected at most ${LOOKS_MAX} looks, got ${informationShares.length}`);
  }
  if (informationShares.some((share, index) => !(share > (informationShares[index - 1] ?? 0) && share <= 1))) {
    throw new RangeError(`expected shares that rise from above 0 to at most 1, got ${informationShares.join(', ')}`);
  }
  const looks: { boundary: number | null; spent: number }[] = [];
  const steps = stepsFor(informationShares);
  let path: UnstoppedPath | null = null;
  for (const share of informationShares) {
    const spentBefore = looks.at(-1)?.spent ?? 0;
    const spent = spentBy(share, plan);
    const boundary = path === null ? firstBoundary(spent) : laterBoundary(path, share, spent - spentBefore);
    path = advance(path, { share, boundary: Math.min(boundary ?? Z_MOST, Z_MOST), steps });
    looks.push({ boundary, spent });
  }
  return { validity: 'planned-looks', looks };
}

function spentBy(share: number, { spending, alpha }: { spending: Spending; alpha: number }): number {
  switch (spending) {
    case 'obrien-fleming':
      // A share of 1: what is lost beside 1 in a double is not worth spending.
      return 2 * (1 - normalCdf(-normalQuantile(alpha / 2) / Math.sqrt(share)));
    case 'pocock':
      return alpha * Math.log1p(Math.expm1(1) * share);
    default:
      return spending satisfies never;
  }
}

/** An even number, for Simpson's rule. */
function stepsFor(shares: readonly number[]): number {
  const finest = shares.map((share, index) => Math.sqrt(share / (share - (shares[index - 1] ?? 0))));
  return Math.min(STEPS_MAX, 2 * Math.ceil(((Z_MOST - Z_LEAST) * STEPS_PER_SPREAD * Math.max(...finest)) / 2));
}

/** The density of the sum of information-weighted scores among paths that have not stopped, on an even grid. */
interface UnstoppedPath {
  readonly share: number;
  readonly from: number;
  readonly step: number;
  readonly density: Float64Array;
}

function firstBoundary(chance: number): number | null {
  return chance > 0 ? -normalQuantile(chance) : null;
}

function laterBoundary(path: UnstoppedPath, share: number, chance: number): number {
  const logTarget = Math.log(Math.max(chance, CHANCE_MIN));
  const surplus = (z: number) => Math.log(stoppingChance(path, share, z)) - logTarget;
  const known = { low: Z_LEAST, high: Z_MOST, atLow: surplus(Z_LEAST), atHigh: surplus(Z_MOST) };
  if (known.atLow < 0) return Z_LEAST;
  return bracketRoot(surplus, known, 1e-10).high;
}

/** The chance of reaching z at this look and at none before. */
function stoppingChance(path: UnstoppedPath, share: number, z: number): number {
  const spread = Math.sqrt(share - path.share);
  const level = z * Math.sqrt(share);
  const last = path.density.length - 1;
  let total = 0;
  for (const [index, density] of path.density.entries()) {
    const sum = path.from + index * path.step;
    total += simpsonWeight(index, last) * density * normalTail((level - sum) / spread);
  }
  return (total * path.step) / 3;
}

function advance(
  path: UnstoppedPath | null,
  { share, boundary, steps }: { share: number; boundary: number; steps: number },
): UnstoppedPath {
  const scale = Math.sqrt(share);
  const from = Z_LEAST * scale;
  const step = (boundary * scale - from) / steps;
  const density = new Float64Array(steps + 1);
  for (let index = 0; index <= steps; index += 1) {
    const sum = from + index * step;
    density[index] = path === null ? normalDensity(sum / scale) / scale : arrivals(path, share, sum);
  }
  return { share, from, step, density };
}

/** The density at `sum` of paths that were anywhere below the boundary at the look before. */
function arrivals(path: UnstoppedPath, share: number, sum: number): number {
  const variance = share - path.share;
  const reach = SPREADS * Math.sqrt(variance);
  const last = path.density.length - 1;
  const nearest = Math.max(0, Math.ceil((sum - reach - path.from) / path.step));
  const farthest = Math.min(last, Math.floor((sum + reach - path.from) / path.step));
  let total = 0;
  for (let index = nearest; index <= farthest; index += 1) {
    const distance = sum - path.from - index * path.step;
    const kernel = Math.exp(-(distance * distance) / (2 * variance));
    total += simpsonWeight(index, last) * (path.density[index] ?? 0) * kernel;
  }
  return (total * path.step) / 3 / Math.sqrt(2 * Math.PI * variance);
}

function simpsonWeight(index: number, last: number): number {
  if (index === 0 || index === last) return 1;
  return index % 2 === 1 ? 4 : 2;
}
