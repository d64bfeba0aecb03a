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
