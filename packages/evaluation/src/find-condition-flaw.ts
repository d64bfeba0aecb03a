import { anything, type Check, listOf, ownValue, record, text } from './check.ts';
import { CONDITION_DEPTH_MAX } from './condition.ts';
import { isOperator } from './operator.ts';

const FORMS = ['all', 'any', 'not', 'segment', 'attribute'] as const;

const leaf = record({
  attribute: text,
  operator: (value) => (isOperator(value) ? undefined : ': expected an operator that is known here'),
  values: listOf(anything),
});

/** What is wrong with a document that should be a `Condition`; undefined proves that it is one, and not too deep. */
export const findConditionFlaw: Check = (document) => flawAt(document, CONDITION_DEPTH_MAX);

function flawAt(document: unknown, levelsLeft: number): string | undefined {
  if (levelsLeft === 0) return `: nested deeper than ${CONDITION_DEPTH_MAX} levels`;
  if (typeof document !== 'object' || document === null) return ': expected an object';
  const [form, ...others] = FORMS.filter((name) => Object.hasOwn(document, name));
  if (form === undefined || others.length > 0) return `: expected one of ${FORMS.join(', ')}`;
  if (form === 'attribute') return leaf(document);
  const check = form === 'segment' ? text : form === 'not' ? childCheck(levelsLeft) : listOf(childCheck(levelsLeft));
  const flaw = check(ownValue(document, form));
  return flaw === undefined ? undefined : `.${form}${flaw}`;
}

function childCheck(levelsLeft: number): Check {
  return (child) => flawAt(child, levelsLeft - 1);
}
