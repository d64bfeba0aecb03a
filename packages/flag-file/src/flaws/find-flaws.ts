import { documentsOf } from '../documents-of.ts';
import type { FlagFile } from '../flag-file.ts';
import { findCircleFlaws } from './circle-flaws.ts';
import type { FileFlaw } from './file-flaw.ts';
import { flawsUnder } from './file-flaw.ts';
import { findFlagFlaws } from './flag-flaws.ts';
import { findLayerFlaws } from './layer-flaws.ts';
import { findSegmentFlaws } from './segment-flaws.ts';

/**
 * What no schema says of a file: that what it names is there, that nothing goes in a circle, that every unit gets
 * something. Not the first flaw but all: one per part (variation, target, rule, condition) at least. A file without any is
 * one that a server takes, unless something outside the file is in the way.
 */
export function findFlaws(file: FlagFile): readonly FileFlaw[] {
  const { flags, segments } = documentsOf(file);
  const known = {
    flags: new Map(flags.map((flag) => [flag.key, flag])),
    segments: new Map(segments.map((segment) => [segment.key, segment])),
  };
  return [
    ...flags.flatMap((flag) => flawsUnder(['flags', flag.key], findFlagFlaws(flag, known))),
    ...segments.flatMap((segment) => flawsUnder(['segments', segment.key], findSegmentFlaws(segment, known))),
    ...findLayerFlaws(flags),
    ...findCircleFlaws(known),
  ];
}
