import { kolmogorovTail, lnGamma } from './special-functions.ts';

/** Beyond, the corrected limiting law misses p by 0.6 % of it at most; here the matrix takes a third of a second. */
const EXACT_UNITS_MAX = 1_000;
/** The sum of the far tail has as many terms: a twentieth of a second. */
const TERMS_MAX = 100_000;
/** From n d² on, both sides are far at once with a chance below 1e-10 of one side's. */
const TAIL_FROM = 4;

/** P(D >= d) of the two-sided Kolmogorov distance between `n` units and the distribution that they were drawn from. */
export function oneSampleKolmogorovTail(d: number, n: number): number {
  if (n < 1 || d <= 1 / (2 * n)) return 1;
  if (d >= 1) return 0;
  if (n <= TERMS_MAX && (d >= 0.5 || n * d * d >= TAIL_FROM)) return Math.min(1, 2 * oneSided(d, n));
  // Bolshev 1963: a shift by 1/(6 sqrt n) takes the error from the order of 1/sqrt n to that of 1/n.
  if (n > EXACT_UNITS_MAX) return kolmogorovTail(Math.sqrt(n) * d + 1 / (6 * Math.sqrt(n)));
  return 1 - marsagliaTsangWang(d, n);
}

/** P(D+ >= d), a sum of positive terms (Birnbaum and Tingey 1951). */
function oneSided(d: number, n: number): number {
  let sum = 0;
  for (let j = 0; j <= Math.floor(n * (1 - d)); j += 1) {
    const rest = 1 - d - j / n;
    if (rest <= 0) break;
    const lnChoose = lnGamma(n + 1) - lnGamma(j + 1) - lnGamma(n - j + 1);
    sum += Math.exp(lnChoose + (n - j) * Math.log(rest) + (j - 1) * Math.log(d + j / n));
  }
  return d * sum;
}

/**
 * P(D < d) as an entry of the n-th power of a matrix (Marsaglia, Tsang and Wang, Journal of Statistical Software 8/18,
 * 2003). Each factor is divided by n/e on the way, so that neither the power nor n!/n^n leaves the range of a double.
 */
function marsagliaTsangWang(d: number, n: number): number {
  const k = Math.ceil(n * d);
  const size = 2 * k - 1;
  const h = k - n * d;
  const edge = (power: number) => 1 - h ** power;
  const matrix = Array.from({ length: size }, (_, row) =>
    Array.from({ length: size }, (_, column) => {
      const power = row - column + 1;
      if (power < 0) return 0;
      const isCorner = row === size - 1 && column === 0;
      const corner = () => 1 - 2 * h ** size + Math.max(0, 2 * h - 1) ** size;
      const numerator = isCorner ? corner() : column === 0 ? edge(row + 1) : row === size - 1 ? edge(size - column) : 1;
      return (numerator * Math.exp(-lnGamma(power + 1))) / Math.E;
    }),
  );
  const entry = powerOf(matrix, n)[k - 1]?.[k - 1] ?? 0;
  // n!/n^n times e^n is about sqrt(2 pi n).
  return entry * Math.exp(lnGamma(n + 1) - n * Math.log(n) + n);
}

type Matrix = readonly (readonly number[])[];

function powerOf(matrix: Matrix, exponent: number): Matrix {
  if (exponent === 1) return matrix;
  const half = powerOf(matrix, Math.floor(exponent / 2));
  const square = product(half, half);
  return exponent % 2 === 0 ? square : product(square, matrix);
}

function product(left: Matrix, right: Matrix): Matrix {
  return left.map((row) =>
    row.map((_, column) => row.reduce((sum, value, index) => sum + value * (right[index]?.[column] ?? 0), 0)),
  );
}
