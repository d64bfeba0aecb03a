import type { Condition, JsonValue } from '@tidegate/evaluation';
import { soleOperation } from './sole-operation.ts';
import { expressionLeaf, type Mode, type Targeting } from './targeting.ts';

/** Deeper logic stays one expression: a server takes ten levels of a condition, and a rule adds some. */
const TREE_DEPTH_MAX = 5;

/**
 * When an expression that does not fail is true, as a tree of ours where `and`, `or` and `!` are plain logic. (Under
 * an interpreted `!` a list counts by its first element; that stays an expression.)
 */
export function conditionOf(
  expression: JsonValue,
  { mode, targeting, depth = 0 }: { readonly mode: Mode; readonly targeting: Targeting; readonly depth?: number },
): Condition {
  const { operator, operand } = soleOperation(expression) ?? {};
  const child = (part: JsonValue) => conditionOf(part, { mode, targeting, depth: depth + 1 });
  if (depth < TREE_DEPTH_MAX && operand !== undefined) {
    if (operator === 'and' && Array.isArray(operand) && operand.length > 0) return { all: operand.map(child) };
    if (operator === 'or' && Array.isArray(operand) && operand.length > 0) return { any: operand.map(child) };
    if (operator === '!' && mode === 'compiled') return { not: child(first(operand)) };
    if (operator === '!!' && mode === 'compiled') return child(first(operand));
  }
  return expressionLeaf('jsonLogic', { expression, mode, values: [targeting.flagKey] });
}

function first(operand: JsonValue): JsonValue {
  return Array.isArray(operand) ? (operand[0] ?? null) : operand;
}
