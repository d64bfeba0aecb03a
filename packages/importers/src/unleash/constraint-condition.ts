import type { Condition, JsonValue } from '@tidegate/evaluation';
import { isRecord } from '../json-record.ts';
import { Refusal } from '../refusal.ts';
import { fieldOf } from './field-of.ts';

/** What one constraint asks, in the dialect `unleash`; `where` says which one it is. */
export function constraintCondition(constraint: unknown, where: string): Condition {
  if (!isRecord(constraint)) throw new Refusal(`${where} is no object.`);
  const { contextName, operator, caseInsensitive, inverted } = constraint;
  const values = typeof operator === 'string' ? valuesOf(operator, constraint) : undefined;
  if (typeof operator !== 'string' || values === undefined) {
    throw new Refusal(`${where} has the operator ${JSON.stringify(operator)}, which is unknown here.`);
  }
  if (values.some((value) => value === undefined)) throw new Refusal(`${where} (${operator}) has malformed values.`);
  const ignoresCase = caseInsensitive && CASED.test(operator);
  const leaf: Condition = {
    dialect: 'unleash',
    attribute: DATED.test(operator) ? 'currentTime' : fieldOf(contextName, where),
    operator: ignoresCase ? `${operator}_CI` : operator,
    // None is undefined.
    values: values as readonly JsonValue[],
  };
  return inverted ? { not: leaf } : leaf;
}

const LISTED = /^(?:IN|NOT_IN|STR_STARTS_WITH|STR_ENDS_WITH|STR_CONTAINS|IN_CIDR)$/;
const CASED = /^(?:STR_STARTS_WITH|STR_ENDS_WITH|STR_CONTAINS|REGEX)$/;
const TEXTUAL = /^(?:REGEX|SEMVER_(?:EQ|GT|LT|GTE|LTE))$/;
const NUMERIC = /^NUM_(?:EQ|GT|GTE|LT|LTE)$/;
const DATED = /^DATE_(?:AFTER|BEFORE)$/;

/** Undefined for an operator that is unknown. */
function valuesOf(
  operator: string,
  { value, values }: { readonly value?: unknown; readonly values?: unknown },
): readonly (JsonValue | undefined)[] | undefined {
  if (LISTED.test(operator)) return Array.isArray(values) ? values.map(textOrEmpty) : [undefined];
  // What is no text is no version and no pattern: then Unleash's answer is false, as it is for no value here.
  if (TEXTUAL.test(operator)) return typeof value === 'string' ? [value] : [];
  if (NUMERIC.test(operator) || DATED.test(operator)) return value === undefined ? [] : [scalarOf(value)];
  return undefined;
}

/** Unleash leaves out what JavaScript takes for false; on anything else but a text it fails. */
function textOrEmpty(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return value ? undefined : '';
}

function scalarOf(value: unknown): JsonValue | undefined {
  return value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string'
    ? value
    : undefined;
}
