import { type InformationBoundInput, informationBound, logEvidenceOfRatios, logSafety } from '@tidegate/analysis';
import type { CaseOutcome } from './case-outcome.ts';
import { ENGINE_FORMS } from './engine-forms.ts';
import { REPORT_FORMS } from './report-forms.ts';
import { SEQUENCE_FORMS } from './sequence-forms.ts';
import { compareWithin, type Tolerance } from './within.ts';

/** What our own functions say to one vector, by the `name` of its file and in that file's words. */
const FORMS: Readonly<Record<string, (vector: never) => unknown>> = {
  ...ENGINE_FORMS,
  ...REPORT_FORMS,
  ...SEQUENCE_FORMS,
};

/**
 * The files of `statistics/`, told apart by what they say they are: by their `name`, or, what judges a running rollout
 * from sums, by what their cases have (README.md says what each means). A form that is not known is a failed case.
 */
export function statisticsSuite(file: unknown): readonly CaseOutcome[] {
  // The formats are the README's; a case of another shape fails.
  const { name = 'a file without a name', vectors, cases, tolerance } = (file ?? {}) as Partial<StatisticsFile>;
  if (typeof tolerance === 'number' && Array.isArray(cases)) {
    return cases.map((one) => judgeSums(one, { relative: tolerance, absolute: tolerance }));
  }
  const form = Object.hasOwn(FORMS, name) ? FORMS[name] : undefined;
  if (form === undefined || !Array.isArray(vectors) || vectors.length === 0 || !isTolerance(tolerance)) {
    const known = Object.keys(FORMS).sort().join(', ');
    return [{ name, flaw: `expected one of ${known}, with vectors and a tolerance` }];
  }
  return vectors.map((vector, index) => judgeVector({ id: `vector ${index}`, ...vector }, { form, tolerance }));
}

function isTolerance(value: number | Tolerance | undefined): value is Tolerance {
  return typeof value === 'object' && Number.isFinite(value?.absolute) && Number.isFinite(value?.relative);
}

interface StatisticsFile {
  readonly name: string;
  readonly tolerance: number | Tolerance;
  readonly vectors: readonly Vector[];
  readonly cases: readonly SumsCase[];
}

interface Vector {
  readonly id: string;
  readonly expected?: unknown;
  /** Rounded to as many decimals, as they were published. */
  readonly expected_5dp?: unknown;
}

const FIVE_DECIMALS: Tolerance = { relative: 0, absolute: 5.000001e-6 };

function judgeVector(
  vector: Vector,
  { form, tolerance }: { readonly form: (vector: never) => unknown; readonly tolerance: Tolerance },
): CaseOutcome {
  const { id, expected, expected_5dp } = vector;
  if (expected === undefined && expected_5dp === undefined) return { name: id, flaw: 'expected says nothing' };
  let actual: unknown;
  try {
    // The name of the file says which shape its vectors have.
    actual = form(vector as never);
  } catch (error) {
    return { name: id, flaw: `not a vector of this form: ${String(error)}` };
  }
  return expected === undefined
    ? compareWithin(id, { actual, expected: expected_5dp, tolerance: FIVE_DECIMALS })
    : compareWithin(id, { actual, expected: withoutNote(expected), tolerance });
}

/** A note is for the reader. */
function withoutNote(expected: unknown): unknown {
  if (typeof expected !== 'object' || expected === null || Array.isArray(expected)) return expected;
  return Object.fromEntries(Object.entries(expected).filter(([key]) => key !== 'note'));
}

interface BetCase {
  readonly strata: Parameters<typeof logSafety>[0];
  readonly logE: number;
}

type SumsCase = { readonly id: string } & (
  | (BetCase & { readonly margin: number })
  | (BetCase & { readonly odds: readonly number[] })
  | (BetCase & { readonly ratios: readonly number[]; readonly logEPerRatio: readonly number[] })
  | (InformationBoundInput & { readonly units: number })
);

function judgeSums(one: SumsCase, tolerance: Tolerance): CaseOutcome {
  const compare = (actual: unknown, expected: unknown) => compareWithin(one.id, { actual, expected, tolerance });
  if ('units' in one) return compare(informationBound(one), one.units);
  if ('margin' in one) return compare(logSafety(one.strata, one.margin), one.logE);
  if ('odds' in one) return compare(logEvidenceOfRatios(one.strata, one.odds), one.logE);
  if ('ratios' in one) {
    const perRatio = one.ratios.map((ratio) => logEvidenceOfRatios(one.strata, [ratio]));
    return compare([logEvidenceOfRatios(one.strata, one.ratios), perRatio], [one.logE, one.logEPerRatio]);
  }
  one satisfies never;
  return { name: 'a case', flaw: 'expected units, margin, odds or ratios' };
}
