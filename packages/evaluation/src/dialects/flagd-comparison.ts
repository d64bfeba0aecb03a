import { JsonLogicFlaw, type Mode, numeric, type Run, type Step } from './flagd-step.ts';

/**
 * Comparisons of two operands, or of three in a row (`a < b < c`). Texts and nulls compare as JavaScript has it; with
 * anything else among them both must be numbers, or what can be read as one, or the comparison fails.
 */
export function compileComparison(operator: string, operands: readonly Step[], mode: Mode): Step {
  const relates = RELATIONS[operator];
  const [first, second, third] = operands;
  if (relates === undefined) throw new Error(`${operator} is no comparison`);
  if (first === undefined || second === undefined || operands.length > 3) {
    throw new JsonLogicFlaw(`a ${JSON.stringify(operator)} of other than two or three operands`);
  }
  const isStrict = operator.length === 3;
  if (mode === 'interpreted') {
    const compare = (left: unknown, right: unknown) => interpreted({ left, right }, relates, isStrict);
    return (run) => {
      const middle = { left: first(run), right: second(run) };
      if (!compare(middle.left, middle.right)) return false;
      return third === undefined || compare(middle.right, third(run));
    };
  }
  return (run) => {
    const left = first(run);
    run.previous = left;
    const right = checked(second(run), run, isStrict);
    if (third === undefined) return relates(left, right);
    run.previous = right;
    if (!relates(left, right)) return false;
    const last = checked(third(run), run, isStrict);
    run.previous = last;
    return relates(right, last);
  };
}

type Relation = (left: unknown, right: unknown) => boolean;

// JavaScript's own operators, on whatever comes, are what the vendor's evaluator compares with.
const RELATIONS: Readonly<Record<string, Relation>> = {
  // biome-ignore lint/suspicious/noDoubleEquals: the meaning of `==` in JsonLogic.
  '==': (left, right) => left == right,
  // biome-ignore lint/suspicious/noDoubleEquals: the meaning of `!=` in JsonLogic.
  '!=': (left, right) => left != right,
  '===': (left, right) => left === right,
  '!==': (left, right) => left !== right,
  '<': (left, right) => (left as number) < (right as number),
  '<=': (left, right) => (left as number) <= (right as number),
  '>': (left, right) => (left as number) > (right as number),
  '>=': (left, right) => (left as number) >= (right as number),
};

function interpreted(
  { left, right }: { readonly left: unknown; readonly right: unknown },
  relates: Relation,
  isStrict: boolean,
): boolean {
  if (isStrict || (isTextOrNull(left) && isTextOrNull(right))) return relates(left, right);
  if (Number.isNaN(Number(numeric(left)))) throw new TypeError('no number');
  if (Number.isNaN(Number(numeric(right))) && left !== null) throw new TypeError('no number');
  return relates(Number(left), Number(right));
}

/** The right side of a compiled comparison, once it is known to go with what the register holds. */
function checked(right: unknown, { previous }: Run, isStrict: boolean): unknown {
  if (isStrict || (isTextOrNull(right) && isTextOrNull(previous))) return right;
  if (Number.isNaN(Number(numeric(right))) && previous !== null) throw new TypeError('no number');
  if (Number.isNaN(Number(numeric(previous)))) throw new TypeError('no number');
  if (previous === null && !right) return null;
  return right === null && !previous ? 0 : right;
}

function isTextOrNull(value: unknown): boolean {
  return typeof value === 'string' || value === null;
}
