import type { JsonValue } from '@tidegate/evaluation';
import { soleOperation } from './sole-operation.ts';

const SAFE: ReadonlySet<string> = new Set([
  ...['var', 'missing', 'if', '?:', 'and', 'or', '!', '!!', '===', '!==', 'merge'],
  ...['starts_with', 'ends_with', 'sem_ver', 'fractional'],
]);

/** Whether an expression can end in an error for some context, as when `==` compares a text with a number. */
export function canFail(expression: JsonValue): boolean {
  if (Array.isArray(expression)) return expression.some(canFail);
  const operation = soleOperation(expression);
  if (operation === undefined) return false;
  const { operator, operand } = operation;
  const isSafe = SAFE.has(operator) || (operator === 'in' && Array.isArray(operand) && Array.isArray(operand[1]));
  return !isSafe || canFail(operand);
}

/** What of an expression decides whether it fails: an `if` without those of its results that cannot. */
export function failingPart(expression: JsonValue): JsonValue {
  if (!canFail(expression)) return null;
  const { operator, operand } = soleOperation(expression) ?? {};
  if ((operator !== 'if' && operator !== '?:') || !Array.isArray(operand)) return expression;
  const isCondition = (index: number) => index % 2 === 0 && index < operand.length - 1;
  return { [operator]: operand.map((part, index) => (isCondition(index) ? part : failingPart(part))) };
}
