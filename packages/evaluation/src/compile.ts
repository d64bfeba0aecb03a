import { COMPLETE_LANGUAGE } from './complete-language.ts';
import type { Means } from './language.ts';
import { compileWith, type Rules, type RulesDocuments } from './rules.ts';

/** Rules that understand the whole language. */
export function compile(documents: RulesDocuments, means: Omit<Means, 'language'> = {}): Rules {
  return compileWith({ ...means, language: COMPLETE_LANGUAGE }, documents);
}
