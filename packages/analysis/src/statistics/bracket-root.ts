export interface Bracket {
  readonly low: number;
  readonly high: number;
}

/** A bracket and the values at its ends, which whoever found it knows. */
export interface KnownBracket extends Bracket {
  readonly atLow: number;
  readonly atHigh: number;
}

/** Enough for any root in reach of doubles: each step halves at worst. */
const STEPS_MAX = 200;

/**
 * Narrows a bracket around the root of a decreasing function to `tolerance`: `of(low) >= 0 > of(high)` holds before and
 * after. Inverse quadratic interpolation where the function is tame, bisection where it is not: T. R. Chandrupatla,
 * "A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear function without using derivatives",
 * Advances in Engineering Software 28 (1997), 145-149.
 */
export function bracketRoot(of: (x: number) => number, bracket: KnownBracket, tolerance: number): Bracket {
  // `a` is the newest point, `b` the end of the bracket beyond the root, `c` the point before.
  let [a, b, c] = [bracket.low, bracket.high, bracket.low];
  let [fa, fb, fc] = [bracket.atLow, bracket.atHigh, bracket.atLow];
  let part = 0.5;
  for (let step = 0; step < STEPS_MAX && Math.abs(b - a) > tolerance; step++) {
    const x = a + part * (b - a);
    const fx = of(x);
    if (fx >= 0 === fa >= 0) [c, fc] = [a, fa];
    else [c, fc, b, fb] = [b, fb, a, fa];
    [a, fa] = [x, fx];
    part = nextPart({ a, b, c }, { fa, fb, fc }, tolerance);
  }
  return fa >= 0 ? { low: a, high: b } : { low: b, high: a };
}

/** How far from `a` to `b` to look next, away from the ends. */
function nextPart(
  { a, b, c }: { a: number; b: number; c: number },
  { fa, fb, fc }: { fa: number; fb: number; fc: number },
  tolerance: number,
): number {
  const xi = (a - b) / (c - b);
  const phi = (fa - fb) / (fc - fb);
  const isTame = phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi;
  if (!isTame) return 0.5;
  const part = (fa / (fb - fa)) * (fc / (fb - fc)) + ((c - a) / (b - a)) * (fa / (fc - fa)) * (fb / (fc - fb));
  const least = tolerance / 2 / Math.abs(b - a);
  return Math.min(1 - least, Math.max(least, part));
}
