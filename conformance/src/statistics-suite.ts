import { type InformationBoundInput, informationBound, logEvidenceOfRatios, logSafety } from '@tidegate/analysis';
import type { CaseOutcome } from './case-outcome.ts';
import { REPORT_FORMS } from './report-forms.ts';
import { compareWithin, type Tolerance } from './within.ts';

/**
 * The files of `statistics/`, told apart by what they say they are: reports by their `name`, what judges a running
 * rollout by what their cases have (README.md says what each means). A form that is not known is a failed case.
 */
export function statisticsSuite(file: unknown): readonly CaseOutcome[] {
  // The formats are the README's; a case of another shape fails.
  const { name = 'a file without a name', vectors, cases, tolerance } = file as StatisticsFile;
  if (typeof tolerance === 'number' && cases !== undefined) {
    return cases.map((one) => judgeSums(one, { relative: tolerance, absolute: tolerance }));
  }
  const form = Object.hasOwn(REPORT_FORMS, name) ? REPORT_FORMS[name] : undefined;
  if (form === undefined || vectors === undefined || typeof tolerance === 'number') {
    return [{ name, flaw: `expected one of ${Object.keys(REPORT_FORMS).join(', ')}, with vectors` }];
  }
  // The name of the file says which shape its vectors have.
  return vectors.map((vector) =>
    compareWithin(vector.id, { actual: form(vector as never), expected: withoutNote(vector.expected), tolerance }),
  );
}

interface StatisticsFile {
  readonly name?: string;
  readonly tolerance: number | Tolerance;
  readonly vectors?: readonly { readonly id: string; readonly expected: unknown }[];
  readonly cases?: readonly SumsCase[];
}

/** A note is for the reader. */
function withoutNote(expected: unknown): unknown {
  if (typeof expected !== 'object' || expected === null) return expected;
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
