import type { Condition, JsonValue } from '@tidegate/evaluation';
import { soleOperation } from './sole-operation.ts';
import { expressionLeaf, type Mode, type Targeting } from './targeting.ts';

/** Deeper logic stays one expression: a server takes ten levels of a condition, and a rule adds some. */
const TREE_DEPTH_MAX = 5;

/** When an expression that does not fail is true, as a tree of ours where `and`, `or` and `!` are plain logic. */
export function conditionOf(
  expression: JsonValue,
  { mode, targeting, depth = 0 }: { readonly mode: Mode; readonly targeting: Targeting; readonly depth?: number },
): Condition {
  const { operator, operand } = soleOperation(expression) ?? {};
  const child = (part: JsonValue) => conditionOf(part, { mode, targeting, depth: depth + 1 });
  if (depth < TREE_DEPTH_MAX && operand !== undefined) {
    if (operator === 'and' && Array.isArray(operand) && operand.length > 0) return { all: operand.map(child) };
    if (operator === 'or' && Array.isArray(operand) && operand.length > 0) return { any: operand.map(child) };
    const only = Array.isArray(operand) ? operand[0] : operand;
    // Under `!` a list counts by its first element, sometimes; what is true or false does not.
    if (operator === '!' && only !== undefined && isTruth(only)) return { not: child(only) };
    if (operator === '!!' && only !== undefined && isTruth(only)) return child(only);
  }
  return expressionLeaf('jsonLogic', { expression, mode, values: [targeting.flagKey] });
}

const TESTS: ReadonlySet<string> = new Set([
  ...['==', '!=', '===', '!==', '<', '<=', '>', '>=', '!', '!!', 'in', 'some', 'all', 'none'],
  ...['starts_with', 'ends_with', 'sem_ver'],
]);

/** Whether an expression can only be true, false or null. */
function isTruth(expression: JsonValue): boolean {
  const { operator, operand } = soleOperation(expression) ?? {};
  if (operator === undefined) return false;
  return (
    TESTS.has(operator) ||
    ((operator === 'and' || operator === 'or') && Array.isArray(operand) && operand.every(isTruth))
  );
}
