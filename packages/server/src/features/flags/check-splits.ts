import type { SplitRange } from '@tidegate/evaluation';
import type { FlagDocument } from '@tidegate/protocol';
import type { ProblemError } from '../../http/problem.ts';
import { flawAt } from './flaw-at.ts';
import { rangesOfSplit, servesOf } from './serve-of.ts';

/** All positions that a unit can have. */
const EVERYONE_PPM = 1_000_000;

/** The ranges of a split follow one another from nobody to everybody: no unit falls between two, none into both. */
export function checkSplits(document: FlagDocument): ProblemError | undefined {
  for (const { serve, path } of servesOf(document)) {
    if (serve.kind !== 'split') continue;
    for (const { ranges, path: at } of rangesOfSplit(serve, path)) {
      const flaw = rangesFlaw(ranges);
      if (flaw !== undefined) return flawAt('split-sum', [...at, ...flaw.path], flaw.detail);
    }
  }
  return undefined;
}

function rangesFlaw(ranges: readonly SplitRange[]): { path: number[]; detail: string } | undefined {
  let coveredPpm = 0;
  for (const [index, { fromPpm, toPpm }] of ranges.entries()) {
    if (fromPpm !== coveredPpm) return { path: [index], detail: `it begins at ${fromPpm}, expected ${coveredPpm}` };
    if (toPpm <= fromPpm) return { path: [index], detail: `it ends at ${toPpm}, not after ${fromPpm}` };
    coveredPpm = toPpm;
  }
  return coveredPpm === EVERYONE_PPM
    ? undefined
    : { path: [], detail: `they end at ${coveredPpm}, expected ${EVERYONE_PPM}` };
}
