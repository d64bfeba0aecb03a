import type { Flag, Prerequisite, Segment } from '@tidegate/evaluation';
import { type FileFlaw, missing } from './file-flaw.ts';

/** What may be named: the flags and segments of the file. */
export interface Known {
  readonly flags: ReadonlyMap<string, Flag>;
  readonly segments: ReadonlyMap<string, Segment>;
}

/** Of a prerequisite, or of a condition that asks a flag: that the flag is there, with what is asked of it. */
export function findReferenceFlaw({ flag, variations }: Prerequisite, { flags }: Known): readonly FileFlaw[] {
  const required = flags.get(flag);
  if (required === undefined) return [missing('flag', flag, ['flag'])];
  const has = new Set(required.variations.map(({ key }) => key));
  return variations
    .map((variation, index) => ({ variation, path: ['variations', index] }))
    .filter(({ variation }) => !has.has(variation))
    .map(({ variation, path }) => ({ path, detail: `flag ${flag} has no variation ${variation}` }));
}
