import { findSegmentFlaw, type Segment } from '@tidegate/evaluation';
import { findConditionFlaws } from './condition-flaws.ts';
import { type FileFlaw, flawsUnder, readFlaw } from './file-flaw.ts';
import type { Known } from './known.ts';

/** What is wrong with one segment, by itself and in what it names. */
export function findSegmentFlaws(segment: Segment, known: Known): readonly FileFlaw[] {
  const sentence = findSegmentFlaw(segment);
  return [
    ...(sentence === undefined ? [] : [readFlaw(sentence)]),
    ...flawsUnder(['condition'], findConditionFlaws(segment.condition, known)),
  ];
}
