import { ConditionFlaw, readTokens, type Token } from './condition-text.ts';
import {
  type BinaryOperator,
  type ConditionTree,
  type ConditionType,
  FUNCTIONS,
  type FunctionName,
} from './condition-tree.ts';

/** Longer than any condition that somebody can answer for at night. */
const SOURCE_MAX = 1_000;
/** Parentheses and operators inside each other: keeps reading and judging far from the end of the stack. */
const DEPTH_MAX = 32;

export type ReadCondition =
  | { readonly kind: 'condition'; readonly source: string; readonly tree: ConditionTree }
  | { readonly kind: 'flawed'; readonly detail: string; readonly at: number };

/**
 * Reads a condition on `result`, the measured value: comparisons, arithmetic, `&& || !` (or `and or not`), `result[0]`,
 * `result.share`, `result["share"]`, `nil`, `all(result, # >= 0.95)` (also `any`, `none`, and with braces around the
 * test), and `abs asFloat asInt default isInf isNaN isNil len max min`. Names, types and counts of arguments are checked
 * here; what only the measured value can show is checked when it is there.
 *
 *     or = and { "||" and }        and = equal { "&&" equal }     equal = order [ ("=="|"!=") order ]
 *     order = sum [ ("<"|"<="|">"|">=") sum ]        sum = product { ("+"|"-") product }
 *     product = unary { ("*"|"/"|"%") unary }        unary = { "!"|"-" } value { "[" or "]" | "." name }
 */
export function readCondition(source: string): ReadCondition {
  if (source.length > SOURCE_MAX) {
    return { kind: 'flawed', detail: `A condition has at most ${SOURCE_MAX} characters.`, at: SOURCE_MAX };
  }
  try {
    const tree = new Reader(readTokens(source)).condition();
    return { kind: 'condition', source, tree };
  } catch (flaw) {
    if (!(flaw instanceof ConditionFlaw)) throw flaw;
    return { kind: 'flawed', detail: flaw.message, at: flaw.at };
  }
}

interface Typed {
  readonly tree: ConditionTree;
  readonly type: ConditionType;
}

const LEVELS: readonly (readonly BinaryOperator[])[] = [
  ['||'],
  ['&&'],
  ['==', '!='],
  ['<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/', '%'],
];
/** `1 < 2 < 3` and `a == b == c` mean nothing that somebody meant. */
const UNCHAINED: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);

class Reader {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;
  #isOverElements = false;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  condition(): ConditionTree {
    const condition = this.#binary(0);
    const rest = this.#peek();
    if (rest.kind !== 'end') throw new ConditionFlaw(`Nothing may follow here, but "${rest.value}" does.`, rest.at);
    return this.#expect(condition, 'boolean', 0);
  }

  #binary(level: number): Typed {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    let count = 0;
    for (let operator = this.#take(operators); operator !== undefined; operator = this.#take(operators)) {
      count += 1;
      const { at } = this.#peek();
      if (count > 1 && UNCHAINED.has(operator)) throw new ConditionFlaw('Comparisons do not chain: use &&.', at);
      if (count > DEPTH_MAX) throw new ConditionFlaw(`More than ${DEPTH_MAX} in a row.`, at);
      left = this.#join(operator, left, this.#binary(level + 1), at);
    }
    return left;
  }

  #join(operator: BinaryOperator, left: Typed, right: Typed, at: number): Typed {
    const isLogical = operator === '||' || operator === '&&';
    const isEquality = operator === '==' || operator === '!=';
    if (isEquality && left.type !== right.type && left.type !== 'value' && right.type !== 'value') {
      throw new ConditionFlaw(`A ${left.type} is never equal to a ${right.type}.`, at);
    }
    const needed = isLogical ? 'boolean' : isEquality ? 'value' : 'number';
    const isArithmetic = !isLogical && !UNCHAINED.has(operator);
    const tree: ConditionTree = {
      kind: 'binary',
      operator,
      left: this.#expect(left, needed, at),
      right: this.#expect(right, needed, at),
    };
    return { tree, type: isArithmetic ? 'number' : 'boolean' };
  }

  #unary(): Typed {
    const { at } = this.#peek();
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX) throw new ConditionFlaw(`More than ${DEPTH_MAX} inside each other.`, at);
    const sign = this.#take(['!', '-']);
    const typed =
      sign === undefined
        ? this.#postfix(this.#value())
        : sign === '!'
          ? ({ tree: { kind: 'not', of: this.#expect(this.#unary(), 'boolean', at) }, type: 'boolean' } as const)
          : ({ tree: { kind: 'negative', of: this.#expect(this.#unary(), 'number', at) }, type: 'number' } as const);
    this.#depth -= 1;
    return typed;
  }

  #postfix(of: Typed): Typed {
    let typed = of;
    for (let parts = 0; parts < DEPTH_MAX; parts += 1) {
      const { at } = this.#peek();
      const sign = this.#take(['[', '.']);
      if (sign === undefined) return typed;
      if (typed.type !== 'value' && typed.type !== 'list') {
        throw new ConditionFlaw(`A ${typed.type} has no parts.`, at);
      }
      if (sign === '[') {
        const index = this.#binary(0);
        if (index.type === 'boolean' || index.type === 'list') {
          throw new ConditionFlaw('A number or a name in quotes stands in brackets.', at);
        }
        this.#demand(']');
        typed = { tree: { kind: 'index', of: typed.tree, index: index.tree }, type: 'value' };
      } else {
        const name = this.#pop();
        if (name.kind !== 'name') throw new ConditionFlaw('A name follows a dot.', name.at);
        typed = { tree: { kind: 'field', of: typed.tree, name: name.value }, type: 'value' };
      }
    }
    throw new ConditionFlaw(`More than ${DEPTH_MAX} parts of parts.`, this.#peek().at);
  }

  #value(): Typed {
    const token = this.#pop();
    if (token.kind === 'number') return { tree: { kind: 'literal', value: token.value }, type: 'number' };
    if (token.kind === 'text') return { tree: { kind: 'literal', value: token.value }, type: 'text' };
    if (token.kind === 'name') return this.#named(token.value, token.at);
    if (token.value === '(') {
      const inner = this.#binary(0);
      this.#demand(')');
      return inner;
    }
    if (token.value === '#') {
      if (!this.#isOverElements) throw new ConditionFlaw('# stands inside all, any or none only.', token.at);
      return { tree: { kind: 'element' }, type: 'value' };
    }
    throw new ConditionFlaw(`A value is expected, "${token.value || 'the end'}" came.`, token.at);
  }

  #named(name: string, at: number): Typed {
    if (name === 'true' || name === 'false')
      return { tree: { kind: 'literal', value: name === 'true' }, type: 'boolean' };
    if (name === 'nil') return { tree: { kind: 'literal', value: null }, type: 'value' };
    if (name === 'result') return { tree: { kind: 'result' }, type: 'value' };
    if (name === 'all' || name === 'any' || name === 'none') return this.#over(name, at);
    if (!isFunction(name))
      throw new ConditionFlaw(`"${name}" is no name that a condition knows; the value is result.`, at);
    const { takes, gives }: { takes: readonly ConditionType[]; gives: ConditionType } = FUNCTIONS[name];
    this.#demand('(');
    const args = takes.map((type, index) => {
      if (index > 0) this.#demand(',');
      return this.#expect(this.#binary(0), type, at);
    });
    this.#demand(')');
    return { tree: { kind: 'call', name, args }, type: gives };
  }

  #over(name: 'all' | 'any' | 'none', at: number): Typed {
    // One walk over the answer's values is bounded by them; one inside another would be their square.
    if (this.#isOverElements) throw new ConditionFlaw('all, any and none do not stand inside each other.', at);
    this.#demand('(');
    const list = this.#expect(this.#binary(0), 'list', at);
    this.#demand(',');
    const isBraced = this.#take(['{']) !== undefined;
    this.#isOverElements = true;
    const test = this.#expect(this.#binary(0), 'boolean', at);
    this.#isOverElements = false;
    if (isBraced) this.#demand('}');
    this.#demand(')');
    return { tree: { kind: 'over', name, list, test }, type: 'boolean' };
  }

  /** What is not known yet is let through, and checked when the value is there. */
  #expect({ tree, type }: Typed, needed: ConditionType, at: number): ConditionTree {
    if (type === needed || type === 'value' || needed === 'value') return tree;
    throw new ConditionFlaw(`A ${needed} is needed here, and this is a ${type}.`, at);
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', value: '', at: 0 };
  }

  #pop(): Token {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }

  /** The next word, when it is one of these signs. */
  #take<S extends string>(signs: readonly S[]): S | undefined {
    const { kind, value } = this.#peek();
    const found = kind === 'sign' ? signs.find((sign) => sign === value) : undefined;
    if (found !== undefined) this.#next += 1;
    return found;
  }

  #demand(sign: string): void {
    const token = this.#pop();
    if (token.kind !== 'sign' || token.value !== sign) {
      throw new ConditionFlaw(`"${sign}" is expected, "${token.value || 'the end'}" came.`, token.at);
    }
  }
}

function isFunction(name: string): name is FunctionName {
  return Object.hasOwn(FUNCTIONS, name);
}
