import { BUCKETINGS } from './bucketings/bucketings.ts';
import { CORE_LANGUAGE } from './core-language.ts';
import { DIALECTS } from './dialects/dialects.ts';
import type { Language } from './language.ts';
import { OPERATORS } from './operators.ts';
import { indexTexts } from './text-index.ts';
import { vendorPosition } from './vendor-position.ts';

/**
 * The door for what a page loads on demand (`speaks`): every word there is, and documents trusted as the core does. It
 * shares all modules of the core with `./core`, so a bundler that splits code puts only the rest into its chunk.
 */
export const ALL_WORDS: Language = {
  ...CORE_LANGUAGE,
  operators: OPERATORS,
  dialects: DIALECTS,
  bucketings: BUCKETINGS,
  vendorPosition,
  indexTexts,
};
