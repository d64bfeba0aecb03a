import { type Condition, type Leaf, operatorTakes } from '@tidegate/evaluation';
import { type FileFlaw, flawsUnder, missing } from './file-flaw.ts';
import { findReferenceFlaw, type Known } from './known.ts';

/** Characters of a value that are told with it. */
const TOLD_LENGTH_MAX = 60;

/** Everywhere in a condition: what is named and not there, and values that an operator cannot compare with. */
export function findConditionFlaws(condition: Condition, known: Known): readonly FileFlaw[] {
  if ('all' in condition) return findAllFlaws('all', condition.all, known);
  if ('any' in condition) return findAllFlaws('any', condition.any, known);
  if ('not' in condition) return flawsUnder(['not'], findConditionFlaws(condition.not, known));
  if ('segment' in condition) {
    const isKnown = known.segments.has(condition.segment);
    return isKnown ? [] : [missing('segment', condition.segment, ['segment'])];
  }
  if ('flag' in condition) return findReferenceFlaw(condition, known);
  if ('bucket' in condition || condition.dialect !== undefined) return [];
  return findLeafFlaws(condition);
}

function findAllFlaws(form: 'all' | 'any', children: readonly Condition[], known: Known): readonly FileFlaw[] {
  return children.flatMap((child, index) => flawsUnder([form, index], findConditionFlaws(child, known)));
}

function findLeafFlaws({ operator, values }: Leaf): readonly FileFlaw[] {
  const takesNone = operator === 'exists' || operator === 'notExists';
  if (takesNone !== (values.length === 0)) {
    const detail = takesNone ? `${operator} compares with nothing: leave values out` : `${operator} needs a value`;
    return [{ path: ['values'], detail }];
  }
  return values
    .map((value, index) => ({ value, path: ['values', index] }))
    .filter(({ value }) => !operatorTakes(operator, value))
    .map(({ value, path }) => ({ path, detail: `${operator} cannot compare with ${told(value)}` }));
}

function told(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > TOLD_LENGTH_MAX ? `${text.slice(0, TOLD_LENGTH_MAX)}…` : text;
}
