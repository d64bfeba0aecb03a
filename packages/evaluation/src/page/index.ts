/** The door for pages: an evaluator in little code, and the words that the SDKs share. */
export type { UnitHashes } from '../bucket.ts';
export type { Context, Evaluation } from '../evaluation.ts';
export type { Evaluator, MakeEvaluator } from '../evaluator.ts';
export type * from '../flag.ts';
export { CALLER_DEFAULT } from '../flag.ts';
export type { JsonValue } from '../json.ts';
export { fail } from '../outcome.ts';
export type { RulesChange, RulesDocuments } from '../rules.ts';
export { valueFlag } from '../value-flag.ts';
export { unitKeyOf } from './page-attribute.ts';
export { pageUnitHashes } from './page-bucket.ts';
export { byKey, pageEvaluator } from './page-evaluator.ts';
