/** The door for pages: everything but explaining, checking documents, and the rare words of the language. */
export { unitKeyOf } from './attribute.ts';
export { positionPpm, seedOf, type UnitHashes, unitHashes } from './bucket.ts';
export { CORE_LANGUAGE } from './core-language.ts';
export { evaluate, evaluateAll, evaluateEach } from './evaluate.ts';
export type { Context, Evaluation } from './evaluation.ts';
export type * from './flag.ts';
export { CALLER_DEFAULT } from './flag.ts';
export type { JsonValue } from './json.ts';
export type { Language, Means } from './language.ts';
export { flagsOf, segmentsOf, segmentsOfSegment } from './references.ts';
export {
  compileWith,
  flagKeys,
  type Rules,
  type RulesChange,
  type RulesDocuments,
  recompile,
} from './rules.ts';
export { speaks } from './speaks.ts';
