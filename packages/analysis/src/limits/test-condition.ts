import type { BinaryOperator, ConditionTree, FunctionName } from './condition-tree.ts';
import type { MeasuredValue } from './measurement.ts';

/** What a condition says of one measured value. */
export type ConditionAnswer =
  | { readonly kind: 'answer'; readonly holds: boolean }
  /** A share whose denominator is zero: nothing was there to be a share of. */
  | { readonly kind: 'no_data' }
  /** The value is not what the condition is about. */
  | { readonly kind: 'error'; readonly detail: string };

/** Tests a condition that `readCondition` read on a value that `checkMeasurement` let through. Its cost is bounded by both. */
export function testCondition(tree: ConditionTree, result: MeasuredValue): ConditionAnswer {
  try {
    return { kind: 'answer', holds: asBoolean(resolve(tree, { result, element: null })) };
  } catch (stop) {
    if (stop instanceof ZeroDenominator) return { kind: 'no_data' };
    if (stop instanceof WrongValue) return { kind: 'error', detail: stop.message };
    throw stop;
  }
}

class WrongValue extends Error {}
class ZeroDenominator extends Error {}

interface Scope {
  readonly result: MeasuredValue;
  readonly element: MeasuredValue;
}

function resolve(tree: ConditionTree, scope: Scope): MeasuredValue {
  switch (tree.kind) {
    case 'literal':
      return tree.value;
    case 'result':
      return scope.result;
    case 'element':
      return scope.element;
    case 'index':
      return partOf(resolve(tree.of, scope), resolve(tree.index, scope));
    case 'field':
      return fieldOf(resolve(tree.of, scope), tree.name);
    case 'not':
      return !asBoolean(resolve(tree.of, scope));
    case 'negative':
      return -asNumber(resolve(tree.of, scope));
    case 'binary':
      return combine(tree, scope);
    case 'call':
      return call(
        tree.name,
        tree.args.map((arg) => resolve(arg, scope)),
      );
    case 'over': {
      const holds = (element: MeasuredValue) => asBoolean(resolve(tree.test, { ...scope, element }));
      const list = asList(resolve(tree.list, scope));
      if (tree.name === 'all') return list.every(holds);
      return list.some(holds) === (tree.name === 'any');
    }
    default:
      throw tree satisfies never;
  }
}

function combine({ operator, left, right }: Extract<ConditionTree, { kind: 'binary' }>, scope: Scope): MeasuredValue {
  const one = resolve(left, scope);
  if (operator === '||') return asBoolean(one) || asBoolean(resolve(right, scope));
  if (operator === '&&') return asBoolean(one) && asBoolean(resolve(right, scope));
  const other = resolve(right, scope);
  if (operator === '==' || operator === '!=') return isSame(one, other) === (operator === '==');
  const value = compute(operator, asNumber(one), asNumber(other));
  if (typeof value === 'number' && !Number.isFinite(value)) throw new WrongValue('A number grew beyond all bounds.');
  return value;
}

function compute(operator: Exclude<BinaryOperator, '||' | '&&' | '==' | '!='>, a: number, b: number): number | boolean {
  switch (operator) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
    case '%':
      if (b === 0) throw new ZeroDenominator();
      return operator === '/' ? a / b : a % b;
    default:
      throw operator satisfies never;
  }
}

function call(name: FunctionName, [value = null, other = null]: readonly MeasuredValue[]): MeasuredValue {
  switch (name) {
    case 'abs':
      return Math.abs(asNumber(value));
    case 'asFloat':
      return toNumber(value);
    case 'asInt':
      return Math.trunc(toNumber(value));
    case 'default':
      return value ?? other;
    case 'isInf':
    case 'isNaN':
      return false;
    case 'isNil':
      return value === null;
    case 'len':
      return typeof value === 'string' ? value.length : asList(value).length;
    case 'max':
      return asNumbers(value).reduce((most, one) => Math.max(most, one));
    case 'min':
      return asNumbers(value).reduce((least, one) => Math.min(least, one));
    default:
      throw name satisfies never;
  }
}

function isSame(one: MeasuredValue, other: MeasuredValue): boolean {
  const isComparable = typeof one !== 'object' && typeof other !== 'object';
  if (one !== null && other !== null && (!isComparable || typeof one !== typeof other)) {
    throw new WrongValue(`${nameOf(one)} and ${nameOf(other)} cannot be compared.`);
  }
  return one === other;
}

function partOf(value: MeasuredValue, index: MeasuredValue): MeasuredValue {
  if (typeof index === 'string') return fieldOf(value, index);
  const list = asList(value);
  const part = list[asNumber(index)];
  if (part === undefined) throw new WrongValue(`The answer has ${list.length} values, and none at ${asNumber(index)}.`);
  return part;
}

/** A field that is not there is nil: `default` and `isNil` are for it. */
function fieldOf(value: MeasuredValue, name: string): MeasuredValue {
  if (typeof value !== 'object' || value === null || isList(value)) {
    throw new WrongValue(`${nameOf(value)} has no field ${name}.`);
  }
  return Object.hasOwn(value, name) ? (value[name] ?? null) : null;
}

function asBoolean(value: MeasuredValue): boolean {
  if (typeof value === 'boolean') return value;
  throw new WrongValue(`A boolean is needed, and ${nameOf(value)} came.`);
}

function asNumber(value: MeasuredValue): number {
  if (typeof value === 'number') return value;
  throw new WrongValue(`A number is needed, and ${nameOf(value)} came.`);
}

function asList(value: MeasuredValue): readonly MeasuredValue[] {
  if (isList(value)) return value;
  throw new WrongValue(`A list is needed, and ${nameOf(value)} came.`);
}

function asNumbers(value: MeasuredValue): readonly number[] {
  const numbers = asList(value).map(asNumber);
  if (numbers.length === 0) throw new WrongValue('An empty list has no largest or smallest value.');
  return numbers;
}

/** A number written as text counts too: many providers answer with text. */
function toNumber(value: MeasuredValue): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new WrongValue(`${nameOf(value)} is no number.`);
}

function isList(value: MeasuredValue): value is readonly MeasuredValue[] {
  return Array.isArray(value);
}

function nameOf(value: MeasuredValue): string {
  if (value === null) return 'nil';
  if (isList(value)) return 'a list';
  return typeof value === 'object' ? 'a record' : `a ${typeof value}`;
}
