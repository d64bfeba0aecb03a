import { isDeepStrictEqual } from 'node:util';

/** What became of one case; without a flaw it passed. */
export interface CaseOutcome {
  readonly name: string;
  readonly flaw?: string | undefined;
}

/** Runs every case of one file. */
export type Suite = (file: unknown) => readonly CaseOutcome[];

/** Passes when both are the same JSON. */
export function compare(name: string, { actual, expected }: { actual: unknown; expected: unknown }): CaseOutcome {
  if (isDeepStrictEqual(actual, expected)) return { name };
  return { name, flaw: `expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}` };
}
