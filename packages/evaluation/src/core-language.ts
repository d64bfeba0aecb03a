import { CORE_OPERATORS } from './core-operators.ts';
import type { Language } from './language.ts';

/** The words of almost every rule, for pages: small, and trusting the server's documents. */
export const CORE_LANGUAGE: Language = {
  findFlagFlaw: () => undefined,
  findSegmentFlaw: () => undefined,
  operators: CORE_OPERATORS,
  dialects: {},
  bucketings: {},
};
