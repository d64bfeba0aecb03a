import { compileArithmetic } from './flagd-arithmetic.ts';
import { compileComparison } from './flagd-comparison.ts';
import { fractional } from './flagd-fractional.ts';
import { compileIteration } from './flagd-iteration.ts';
import { OPERATIONS } from './flagd-operations.ts';
import {
  always,
  isConstant,
  isExpression,
  JsonLogicFlaw,
  type Mode,
  type Run,
  type Step,
  truthy,
} from './flagd-step.ts';
import { compileMissing, compileMissingSome, compileVar, memberOf, refuseTernary } from './flagd-var.ts';

/**
 * JsonLogic (https://jsonlogic.com) as flagd's evaluator for JavaScript runs it, its oddities included: flags were
 * tried out against them. That is json-logic-engine 5, which has two ways to run an expression. It *compiles* one to
 * JavaScript, but for what is under an `if` without an else: that it *interprets*. The two differ in small things: what
 * stands for null in `cat`, whether a list counts by its first element under `!`, when a comparison fails. Parts
 * that read nothing are computed once, as they are interpreted.
 *
 * Operators that are not here, and uses of them whose code that engine gets wrong, are flaws of the expression.
 */
export function compileJsonLogic(expression: unknown, mode: Mode): Step {
  if (Array.isArray(expression)) return compileList(expression, mode);
  if (typeof expression !== 'object' || expression === null) return always(expression);
  const [[operator, operand] = [], ...others] = Object.entries(expression);
  if (operator === undefined) return always(expression);
  if (others.length > 0) throw new JsonLogicFlaw(`an object with ${others.length + 1} operators`);
  const compile = COMPILERS.get(operator);
  if (compile === undefined) throw new JsonLogicFlaw(`the operator ${JSON.stringify(operator)}`);
  if (!readsNothing(expression)) return compile(operand, mode, operator);
  return always(computeNow(compile(operand, 'interpreted', operator), operator));
}

type Compile = (operand: unknown, mode: Mode, operator: string) => Step;

const ITERATIONS = ['some', 'all', 'none', 'filter', 'map'];

const COMPILERS = new Map<string, Compile>([
  ['var', (operand, mode) => compileVar(operand, mode, compileJsonLogic)],
  ['missing', compileMissing],
  ['missing_some', compileMissingSome],
  ['if', compileIf],
  ['?:', compileIf],
  ['and', (operand, mode) => compileUntil(operand, mode, false)],
  ['or', (operand, mode) => compileUntil(operand, mode, true)],
  ['!', (operand, mode) => compileNot(operand, mode, false)],
  ['!!', (operand, mode) => compileNot(operand, mode, true)],
  ...['==', '!=', '===', '!==', '<', '<=', '>', '>='].map((operator): [string, Compile] => [
    operator,
    (operand, mode) => compileComparison(operator, operandsOf(operand, mode, operator), mode),
  ]),
  ...['+', '-', '*', '/', '%'].map((operator): [string, Compile] => [
    operator,
    (operand, mode) => compileArithmetic(operator, operand, { mode, compile: compileJsonLogic }),
  ]),
  ['cat', compileCat],
  ...Object.entries(OPERATIONS).map(([name, operation]): [string, Compile] => [
    name,
    (operand, mode) => ofContext(name, compileCall(operation, compileOperands(operand, mode))),
  ]),
  ['in', compileIn],
  ...ITERATIONS.map((operator): [string, Compile] => [
    operator,
    (operand, mode) => compileIteration(operator, operand, { mode, compile: compileJsonLogic }),
  ]),
  ['fractional', (operand, mode) => ofContext('fractional', compileFractional(compileOperands(operand, mode)))],
]);

const FLAGD_OPERATORS: ReadonlySet<string> = new Set(['starts_with', 'ends_with', 'sem_ver', 'fractional']);
const READERS: ReadonlySet<string> = new Set([...FLAGD_OPERATORS, 'var', 'missing', 'missing_some']);

/**
 * Whether the engine computes an expression once: flagd's own operators are kept for the evaluation, whatever they get,
 * and what reads elements of a list only reads nothing if the list does not.
 */
function readsNothing(expression: unknown, isInside = false): boolean {
  if (Array.isArray(expression)) return expression.every((part) => readsNothing(part, isInside));
  if (!isExpression(expression)) return true;
  const [operator = '', operand] = Object.entries(expression)[0] ?? [];
  if (operator === 'var') return isInside;
  if (operator === 'missing' && Array.isArray(operand) && operand.length === 0) return true;
  if (ITERATIONS.includes(operator) && Array.isArray(operand)) {
    return readsNothing(operand[0], isInside) && readsNothing(operand[1], true);
  }
  return !READERS.has(operator) && readsNothing(operand, isInside);
}

function computeNow(step: Step, operator: string): unknown {
  try {
    return step({ context: {}, isElement: false, flagKey: '', nowSeconds: undefined, previous: undefined });
  } catch {
    throw new JsonLogicFlaw(`a use of ${JSON.stringify(operator)} that always fails`);
  }
}

function compileList(expressions: readonly unknown[], mode: Mode): Step {
  const steps = expressions.map((expression) => compileJsonLogic(expression, mode));
  if (steps.every(isConstant)) return always(steps.map(({ constant }) => constant));
  return (run) => steps.map((step) => step(run));
}

/** The operands that an operator is called with: one that is no list counts as a list of itself. */
function compileOperands(operand: unknown, mode: Mode): (run: Run) => readonly unknown[] {
  if (Array.isArray(operand)) {
    const steps = operand.map((expression) => compileJsonLogic(expression, mode));
    return (run) => steps.map((step) => step(run));
  }
  const step = compileJsonLogic(operand, mode);
  return (run) => {
    const value = step(run);
    return Array.isArray(value) ? value : [value];
  };
}

function operandsOf(operand: unknown, mode: Mode, operator: string): readonly Step[] {
  if (!Array.isArray(operand)) throw new JsonLogicFlaw(`a ${JSON.stringify(operator)} whose operands are no list`);
  return operand.map((expression) => compileJsonLogic(expression, mode));
}

function compileCall(
  operation: (operands: readonly unknown[]) => unknown,
  operandsIn: (run: Run) => readonly unknown[],
): Step {
  return (run) => operation(operandsIn(run));
}

/** Compiled, the list comes first, and no more than two operands are computed. */
function compileIn(operand: unknown, mode: Mode): Step {
  const { in: includes } = OPERATIONS;
  if (!Array.isArray(operand) || mode === 'interpreted') return compileCall(includes, compileOperands(operand, mode));
  const [item = always(undefined), list = always(undefined)] = operandsOf(operand, mode, 'in');
  refuseTernary(operand[1], list);
  return (run) => {
    const haystack = list(run);
    return includes([item(run), haystack]);
  };
}

/** flagd's own operators find nothing of flagd in an element of a list, and fail. */
function ofContext(operator: string, step: Step): Step {
  if (!FLAGD_OPERATORS.has(operator)) return step;
  return (run) => {
    if (run.isElement) throw new TypeError(`${operator} of an element`);
    return step(run);
  };
}

function compileFractional(operandsIn: (run: Run) => readonly unknown[]): Step {
  return (run) =>
    fractional(operandsIn(run), { flagKey: run.flagKey, targetingKey: memberOf(run.context, 'targetingKey') });
}

function compileIf(operand: unknown, mode: Mode, operator: string): Step {
  const isWhole = Array.isArray(operand) && operand.length >= 3;
  const steps = operandsOf(operand, isWhole ? mode : 'interpreted', operator);
  const [only = always(null)] = steps;
  if (steps.length < 2) return steps.length === 1 ? only : always(null);
  const last = steps.length % 2 === 1 ? steps.at(-1) : undefined;
  const pairs = Array.from({ length: Math.floor(steps.length / 2) }, (_, index) => ({
    condition: steps[2 * index] ?? only,
    result: steps[2 * index + 1] ?? only,
  }));
  return (run) => {
    for (const { condition, result } of pairs) if (truthy(condition(run))) return result(run);
    return last === undefined ? null : last(run);
  };
}

/** The first operand that is as wanted, else the last one. */
function compileUntil(operand: unknown, mode: Mode, wanted: boolean): Step {
  const steps = operandsOf(operand, mode, wanted ? 'or' : 'and');
  return (run) => {
    let value: unknown = null;
    for (const step of steps) {
      value = step(run);
      if (mode === 'compiled') run.previous = value;
      if (truthy(value) === wanted) return value;
    }
    return value;
  };
}

/** Compiled, it looks at its first operand; interpreted, also into a list that is its only one. */
function compileNot(operand: unknown, mode: Mode, wanted: boolean): Step {
  const operands: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  const [first] = operands;
  const isOne = operands.length === 1 && !Array.isArray(first);
  if (operands.length > 1 && mode === 'interpreted') for (const other of operands) compileJsonLogic(other, mode);
  const step = compileJsonLogic(first, mode);
  return (run) => {
    const value = step(run);
    const isList = mode === 'interpreted' && isOne && Array.isArray(value);
    return truthy(isList ? value[0] : value) === wanted;
  };
}

/** Compiled, what is missing is written as `null`; interpreted, it is left out. */
function compileCat(operand: unknown, mode: Mode): Step {
  const isOne = Array.isArray(operand) && operand.length === 1 && !Array.isArray(operand[0]);
  if (!Array.isArray(operand) || (isOne && mode === 'interpreted')) {
    const step = compileJsonLogic(isOne ? operand[0] : operand, mode);
    return (run) => catOne(step(run));
  }
  const steps = operand.map((expression) => compileJsonLogic(expression, mode));
  if (mode === 'interpreted') return (run) => catPresent(steps.map((step) => step(run)));
  for (const [index, step] of steps.entries()) refuseTernary(operand[index], step);
  return (run) => steps.reduce((text, step) => `${text}${step(run)}`, '');
}

function catOne(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return catPresent(value);
  if (value === null || value === undefined) throw new TypeError('nothing to write');
  return String(value);
}

function catPresent(values: readonly unknown[]): string {
  return values.reduce<string>((text, value) => (value === null || value === undefined ? text : `${text}${value}`), '');
}
