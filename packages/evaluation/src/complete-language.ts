import { BUCKETINGS } from './bucketings/bucketings.ts';
import { DIALECTS } from './dialects/dialects.ts';
import { findFlagFlaw, findSegmentFlaw } from './find-flaw.ts';
import type { Language } from './language.ts';
import { OPERATORS } from './operators.ts';

/** Every word there is, and documents checked before they are used. */
export const COMPLETE_LANGUAGE: Language = {
  findFlagFlaw,
  findSegmentFlaw,
  operators: OPERATORS,
  dialects: DIALECTS,
  bucketings: BUCKETINGS,
};
