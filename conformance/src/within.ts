import type { CaseOutcome } from './case-outcome.ts';

/** How far a number may be off: whichever of the two allows more. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

/** Passes when `actual` has all that is expected, each number within the tolerance; it may have more. */
export function compareWithin(
  name: string,
  { actual, expected, tolerance }: { actual: unknown; expected: unknown; tolerance: Tolerance },
): CaseOutcome {
  return { name, flaw: findFlaw({ path: 'value', actual, expected, tolerance }) };
}

interface Comparison {
  readonly path: string;
  readonly actual: unknown;
  readonly expected: unknown;
  readonly tolerance: Tolerance;
}

function findFlaw(comparison: Comparison): string | undefined {
  const { path, tolerance } = comparison;
  const actual = withoutInfinity(comparison.actual);
  const expected = withoutInfinity(comparison.expected);
  if (typeof expected === 'number' && typeof actual === 'number') {
    const allowed = Math.max(tolerance.absolute, tolerance.relative * Math.abs(expected));
    if (Math.abs(actual - expected) <= allowed) return undefined;
  } else if (isBranch(expected) && isBranch(actual) && sizeOf(expected) === sizeOf(actual)) {
    return Object.entries(expected)
      .map(([key, value]) => findFlaw({ path: `${path}.${key}`, actual: actual[key], expected: value, tolerance }))
      .find((flaw) => flaw !== undefined);
  } else if (expected === actual) return undefined;
  const got = actual === undefined ? 'nothing that this suite knows' : JSON.stringify(actual);
  return `${path}: expected ${JSON.stringify(expected)}, got ${got}`;
}

/** JSON has no infinity: it says null. */
function withoutInfinity(value: unknown): unknown {
  return value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY ? null : value;
}

function isBranch(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Lists must be equally long; of objects, the expected keys count. */
function sizeOf(branch: object): number {
  return Array.isArray(branch) ? branch.length : 0;
}
