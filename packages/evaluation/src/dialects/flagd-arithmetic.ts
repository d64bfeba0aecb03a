import { isConstant, JsonLogicFlaw, type Mode, numeric, type Step, toNumber } from './flagd-step.ts';

interface Means {
  readonly mode: Mode;
  readonly compile: (expression: unknown, mode: Mode) => Step;
}

/** `+`, `-`, `*`, `/` and `%` over numbers and what can be read as one; whatever is no number in the end fails. */
export function compileArithmetic(operator: string, operand: unknown, { mode, compile }: Means): Step {
  const isUnary = operator === '+' || operator === '-';
  const isOne = Array.isArray(operand) && operand.length === 1 && !Array.isArray(operand[0]);
  if (isUnary && (!Array.isArray(operand) || (isOne && mode === 'interpreted'))) {
    const step = compile(isOne ? operand[0] : operand, mode);
    if (mode === 'interpreted') return (run) => unary(operator, step(run));
    return (run) => {
      const value = step(run);
      run.previous = value;
      return compiledUnary(operator, value);
    };
  }
  if (!Array.isArray(operand)) throw new JsonLogicFlaw(`a ${JSON.stringify(operator)} whose operands are no list`);
  const steps = operand.map((expression) => compile(expression, mode));
  if (mode === 'interpreted') return (run) => INTERPRETED[operator]?.(steps.map((step) => step(run)));
  if (operator === '%' && steps.length < 2) throw new JsonLogicFlaw('a "%" of one operand');
  for (const [index, step] of steps.entries()) refuseNoNumber(operand[index], step, operator);
  const divisors = operator !== '/' ? [] : steps.length === 1 ? steps : steps.slice(1);
  if (divisors.some(isZero)) throw new JsonLogicFlaw('a "/" by nothing');
  return (run) =>
    compiled(
      operator,
      steps.map((step) => toNumber(step(run))),
    );
}

/** What the engine finds out when it compiles makes the whole flag fail. */
function refuseNoNumber(expression: unknown, step: Step, operator: string): void {
  const isNumber = !isConstant(step) || (typeof step.constant !== 'object' && !Number.isNaN(Number(step.constant)));
  if (Array.isArray(expression) || !(isNumber || step.constant === null)) {
    throw new JsonLogicFlaw(`a ${JSON.stringify(operator)} of what is no number`);
  }
}

function isZero(step: Step): boolean {
  const { constant } = step;
  return (typeof constant === 'number' || typeof constant === 'string') && Number(constant) === 0;
}

function compiled(operator: string, numbers: readonly number[]): number {
  const [first, ...others] = numbers;
  if (operator === '/') return quotient(others.length === 0 ? [1, ...numbers] : numbers);
  if (first === undefined) return operator === '*' ? 1 : 0;
  if (operator === '-' && others.length === 0) return -toNumber(first);
  return toNumber(others.reduce((result, number) => combine(operator, result, number), first));
}

function combine(operator: string, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    default:
      return left % right;
  }
}

function quotient(numbers: readonly number[]): number {
  const [first = Number.NaN, ...others] = numbers;
  return toNumber(others.reduce((result, number) => result / toNumber(number || Number.NaN), first));
}

function compiledUnary(operator: string, value: unknown): unknown {
  if (!Array.isArray(value)) return operator === '+' ? toNumber(Number(value)) : -toNumber(Number(value));
  if (operator === '+') return value.reduce<number>((sum, number) => sum + toNumber(number), 0);
  if (value.length === 0) throw new TypeError('too few operands');
  if (value.length === 1) return -(numeric(value[0]) as number);
  return value.reduce((result, number) => toNumber(result) - toNumber(number));
}

function unary(operator: string, value: unknown): unknown {
  if (!value) return 0;
  if (Array.isArray(value)) return INTERPRETED[operator]?.(value);
  const number = toNumber(value);
  return numeric(operator === '+' ? number : -number);
}

const INTERPRETED: Readonly<Record<string, (operands: readonly unknown[]) => number>> = {
  '+': (operands) => toNumber(operands.reduce<number>((sum, operand) => sum + read(operand), 0)),
  '*': (operands) => toNumber(operands.reduce<number>((product, operand) => product * read(operand), 1)),
  '-': ([first, ...others]) => {
    if (first === undefined) throw new TypeError('too few operands');
    // Alone, what is no number stays so.
    if (others.length === 0) return -read(first);
    return toNumber(others.reduce<number>((result, operand) => result - read(operand), read(first)));
  },
  '%': ([first, ...others]) => {
    if (others.length === 0) throw new TypeError('too few operands');
    return toNumber(others.reduce<number>((result, operand) => result % read(operand), read(first)));
  },
  '/': ([first, ...others]) => {
    if (others.length === 0) return 1 / toNumber(read(first) || Number.NaN);
    const result = others.reduce<number>((left, operand) => left / divisor(operand), read(first));
    if (result === Number.POSITIVE_INFINITY) throw new TypeError('no number');
    return toNumber(result);
  },
};

function divisor(operand: unknown): number {
  if (!operand) throw new TypeError('no number');
  return read(operand);
}

/** A number to be, which may still turn out to be none. */
function read(operand: unknown): number {
  if (typeof operand === 'object' && operand !== null) throw new TypeError('no number');
  return Number(operand);
}
