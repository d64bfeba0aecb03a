import { isConstant, JsonLogicFlaw, type Mode, type Run, type Step, truthy } from './flagd-step.ts';
import { refuseTernary } from './flagd-var.ts';

interface Means {
  readonly mode: Mode;
  readonly compile: (expression: unknown, mode: Mode) => Step;
}

/**
 * `some`, `all`, `none`, `filter` and `map`: an expression asked of each element of a list, which is then the context. A
 * text is a list of its letters for those of the first three that are interpreted.
 */
export function compileIteration(operator: string, operand: unknown, { mode, compile }: Means): Step {
  if (!Array.isArray(operand) || operand.length !== 2) {
    throw new JsonLogicFlaw(`a ${JSON.stringify(operator)} of other than two operands`);
  }
  const list = compile(operand[0], mode);
  const ask = compile(operand[1], mode);
  if (mode === 'interpreted') return interpreted(operator, list, ask);
  if (operator !== 'all') refuseTernary(operand[0], list);
  return (run) => {
    const value = list(run);
    if (operator === 'all') run.previous = value;
    if (operator === 'all' && Array.isArray(value) && value.length === 0) return false;
    return iterate(operator, elementsOf(value || []), (element) => ask(elementRun(run, element)));
  };
}

function interpreted(operator: string, list: Step, ask: Step): Step {
  if (operator === 'filter' && isConstant(ask)) return truthy(ask.constant) ? list : () => [];
  const isTest = operator === 'some' || operator === 'all' || operator === 'none';
  return (run) => {
    const value = list(run) || [];
    if (operator === 'all' && Array.isArray(value) && value.length === 0) return false;
    const elements = isTest && !Array.isArray(value) ? lettersOf(value) : elementsOf(value);
    return iterate(operator, elements, (element) => ask(elementRun(run, element)));
  };
}

function iterate(operator: string, elements: readonly unknown[], ask: (element: unknown) => unknown): unknown {
  switch (operator) {
    case 'some':
      return elements.some((element) => truthy(ask(element)));
    case 'none':
      return !elements.some((element) => truthy(ask(element)));
    case 'all':
      return elements.every((element) => truthy(ask(element)));
    case 'filter':
      return elements.filter((element) => truthy(ask(element)));
    default:
      return elements.map(ask);
  }
}

function elementsOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError('no list');
  return value;
}

function lettersOf(value: unknown): readonly string[] {
  return typeof value === 'string' ? value.split('') : [];
}

function elementRun({ flagKey, nowSeconds }: Run, element: unknown): Run {
  return { context: element, isElement: true, flagKey, nowSeconds, previous: undefined };
}
