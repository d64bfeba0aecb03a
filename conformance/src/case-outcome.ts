import { isDeepStrictEqual } from 'node:util';

/** What became of one case; without a flaw it passed, unless it was skipped. */
export interface CaseOutcome {
  readonly name: string;
  readonly flaw?: string | undefined;
  /** Why there was nothing to run: told by name, and counted neither way. */
  readonly skipped?: string | undefined;
}

/** Runs every case of one file. */
export type Suite = (file: unknown) => readonly CaseOutcome[];

/** Passes when both are the same JSON. */
export function compare(name: string, { actual, expected }: { actual: unknown; expected: unknown }): CaseOutcome {
  if (isDeepStrictEqual(actual, expected)) return { name };
  return { name, flaw: `expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}` };
}
