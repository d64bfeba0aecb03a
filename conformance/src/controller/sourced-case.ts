import type { CaseOutcome } from '../case-outcome.ts';

/** A case taken from another controller, and what ours does with it where that differs. */
export interface SourcedCase {
  readonly id?: string;
  readonly title?: string;
  readonly expected?: unknown;
  readonly ours?: { readonly verdict?: string; readonly expect?: unknown; readonly why?: string };
  readonly reference_only?: boolean;
}

export type CaseForm = (one: never) => CaseOutcome;

/** What a case wants: ours where it says so, otherwise what the source expects. */
export function wantedOf({ ours, expected }: SourcedCase): unknown {
  return ours?.expect ?? expected;
}

export function nameOf({ id, title }: SourcedCase): string {
  return [id, title].filter((part) => part !== undefined).join(': ');
}

/** Numbers of the files: the texts NaN, Infinity and -Infinity stand for what JSON cannot write. */
export type WrittenNumber = number | 'NaN' | 'Infinity' | '-Infinity';

export function readNumber(written: WrittenNumber): number {
  return typeof written === 'number' ? written : Number(written);
}

/** What the sources call a verdict, in our words. */
const WORDS: Readonly<Record<string, string>> = {
  Pass: 'pass',
  High: 'high',
  Low: 'low',
  Nodata: 'no_data',
  NodataFailMetric: 'no_data',
  Successful: 'successful',
  Failed: 'failed',
  Fail: 'fail',
  Marginal: 'marginal',
  Running: 'running',
  Pending: 'pending',
  Inconclusive: 'inconclusive',
  Error: 'error',
};

export function wordOf(verdict: string): string {
  return WORDS[verdict] ?? verdict;
}

/** Any value whose verdicts are written as the sources write them. */
export function inOurWords(value: unknown): unknown {
  if (typeof value === 'string') return wordOf(value);
  if (Array.isArray(value)) return value.map(inOurWords);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, inOurWords(member)]));
}

/** Passes when the property holds. */
export function holds(name: string, isTrue: boolean, detail: string): CaseOutcome {
  return isTrue ? { name } : { name, flaw: detail };
}

export function skipped(one: SourcedCase, why: string): CaseOutcome {
  return { name: nameOf(one), skipped: why };
}
