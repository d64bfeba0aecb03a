import { CALLER_DEFAULT, type Condition, type JsonValue, type Serve } from '@tidegate/evaluation';
import { conditionOf } from './condition-of.ts';
import { fractionalSplit } from './fractional-split.ts';
import { soleOperation } from './sole-operation.ts';
import { expressionLeaf, type Mode, type Targeting } from './targeting.ts';

/** Where an expression can end: all conditions hold, and no branch before did. */
export interface Branch {
  readonly conditions: readonly Condition[];
  readonly serve: Serve;
}

/** Where in a targeting an expression stands. */
export interface Place {
  readonly mode: Mode;
  readonly targeting: Targeting;
  /** What holds wherever it is asked. */
  readonly conditions: readonly Condition[];
}

/**
 * The variants that an expression names, as branches: the last one always answers. An `if` is a branch for each of its
 * results and a `fractional` a split; what computes a name some other way is asked for each name that there is.
 */
export function branchesOf(expression: JsonValue, place: Place): readonly Branch[] {
  const { targeting, conditions } = place;
  if (typeof expression !== 'object' || expression === null) {
    const name = expression === null ? null : String(expression);
    return [{ conditions, serve: serving(targeting.served(name)) }];
  }
  const { operator, operand } = soleOperation(expression) ?? {};
  if ((operator === 'if' || operator === '?:') && Array.isArray(operand)) return branchesOfIf(operand, place);
  const split = operator === 'fractional' && operand !== undefined ? fractionalSplit(operand, place) : undefined;
  if (split === undefined) return namedBranches(expression, place);
  const branch = { conditions, serve: split.serve ?? serving(targeting.otherwise) };
  if (split.listable === undefined) return [branch];
  const isList: Condition = { dialect: 'flagd', attribute: split.listable, operator: 'isList', values: [] };
  return [...namedBranches(expression, { ...place, conditions: [...conditions, isList] }), branch];
}

function branchesOfIf(operands: readonly JsonValue[], place: Place): readonly Branch[] {
  const { targeting, conditions } = place;
  // Without an else, flagd interprets all that is inside.
  const inner: Place = { ...place, mode: operands.length >= 3 ? place.mode : 'interpreted' };
  const pairCount = Math.floor(operands.length / 2);
  const branches = Array.from({ length: pairCount }, (_, index) => {
    const condition = conditionOf(operands[2 * index] ?? null, { mode: inner.mode, targeting });
    return branchesOf(operands[2 * index + 1] ?? null, { ...inner, conditions: [...conditions, condition] });
  });
  const otherwise = operands.length % 2 === 1 ? (operands.at(-1) ?? null) : null;
  return [...branches.flat(), ...branchesOf(otherwise, inner)];
}

function namedBranches(expression: JsonValue, { mode, targeting, conditions }: Place): readonly Branch[] {
  const { flagKey, variants, otherwise } = targeting;
  const yields = (name: string | null, variation: string): Branch => ({
    conditions: [...conditions, expressionLeaf('jsonLogicYields', { expression, mode, values: [flagKey, name] })],
    serve: serving(variation),
  });
  return [
    ...variants.map((name) => yields(name, name)),
    ...(otherwise === CALLER_DEFAULT ? [] : [yields(null, otherwise)]),
    { conditions, serve: serving(CALLER_DEFAULT) },
  ];
}

function serving(variation: string): Serve {
  return { kind: 'variation', variation };
}
