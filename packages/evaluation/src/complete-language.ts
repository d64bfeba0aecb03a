import { findFlagFlaw, findSegmentFlaw } from './find-flaw.ts';
import type { Language } from './language.ts';
import { ALL_WORDS } from './words.ts';

/** Every word there is, and documents checked before they are used. */
export const COMPLETE_LANGUAGE: Language = { ...ALL_WORDS, findFlagFlaw, findSegmentFlaw };
