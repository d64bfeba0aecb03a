import type { DialectLeaf } from '../flag.ts';
import type { JsonValue } from '../json.ts';
import type { DialectMeaning } from '../language.ts';
import type { Match } from '../match.ts';
import type { ReadAttribute } from '../read-attribute.ts';
import { compileJsonLogic } from './flagd-json-logic.ts';
import { JsonLogicFlaw, type Mode, type Run, truthy } from './flagd-step.ts';

/**
 * Whole expressions of JsonLogic as leaves: `values` are an expression, the key of the flag that flagd knows it by, and
 * what the operator asks for besides. The expression reads the whole context; `attribute` tells people where it looks
 * first. `…Interpreted` is the other way in which flagd runs some expressions (see `compileJsonLogic`).
 *
 * - `jsonLogic` holds when the expression is true, as JsonLogic has it.
 * - `jsonLogicYields` holds when its value, written as a text, is a variant's name, or when both are null.
 * - `jsonLogicFails` holds when flagd answers with an error. All others are then false.
 * - `isList` asks whether the attribute is a list.
 */
export const flagdDialect: DialectMeaning = {
  findLeafFlaw: ({ operator, values }) => {
    if (operator === IS_LIST) return undefined;
    const word = WORDS.get(operator);
    if (word === undefined) return `.operator: expected one of ${[...WORDS.keys(), IS_LIST].join(', ')}`;
    const [expression, flagKey, name] = values;
    if (expression === undefined || typeof flagKey !== 'string') return '.values: expected an expression and a key';
    if (word.ask === 'yields' && name !== null && typeof name !== 'string') return '.values: expected a name or null';
    return findExpressionFlaw(expression, word.mode);
  },
  compileLeaf: (leaf, readerOf) => {
    if (leaf.operator === IS_LIST) return isList(readerOf(leaf.attribute));
    const word = WORDS.get(leaf.operator);
    if (word === undefined) throw new Error(`flagd has no operator ${leaf.operator}`);
    return compileWord(word, leaf, readerOf('$now'));
  },
};

interface Word {
  readonly ask: 'holds' | 'yields' | 'fails';
  readonly mode: Mode;
}

const IS_LIST = 'isList';

const WORDS = new Map<string, Word>([
  ['jsonLogic', { ask: 'holds', mode: 'compiled' }],
  ['jsonLogicInterpreted', { ask: 'holds', mode: 'interpreted' }],
  ['jsonLogicYields', { ask: 'yields', mode: 'compiled' }],
  ['jsonLogicYieldsInterpreted', { ask: 'yields', mode: 'interpreted' }],
  ['jsonLogicFails', { ask: 'fails', mode: 'compiled' }],
]);

/** Lists and objects inside one another: each is some calls on the stack of any browser, and nobody reads deeper logic. */
const EXPRESSION_DEPTH_MAX = 100;

function findExpressionFlaw(expression: JsonValue, mode: Mode): string | undefined {
  if (isDeeper(expression, EXPRESSION_DEPTH_MAX))
    return `.values[0]: nested deeper than ${EXPRESSION_DEPTH_MAX} levels`;
  try {
    compileJsonLogic(expression, mode);
    return undefined;
  } catch (error) {
    if (error instanceof JsonLogicFlaw) return `.values[0]: ${error.message}, which is not run here`;
    throw error;
  }
}

function isDeeper(expression: JsonValue, levels: number): boolean {
  let level: readonly JsonValue[] = [expression];
  for (let depth = 0; depth < levels && level.length > 0; depth++) {
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
  return level.length > 0;
}

function compileWord({ ask, mode }: Word, { values }: DialectLeaf, readNow: ReadAttribute): Match {
  const [expression, flagKey, name] = values;
  const step = compileJsonLogic(expression, mode);
  const answer = ask === 'yields' ? (run: Run) => nameOf(step(run)) === name : (run: Run) => truthy(step(run));
  return (context) => {
    const nowMs = readNow(context);
    const nowSeconds = typeof nowMs === 'number' ? Math.floor(nowMs / 1000) : undefined;
    try {
      const isTrue = answer({ context, isElement: false, flagKey: String(flagKey), nowSeconds, previous: undefined });
      return ask !== 'fails' && isTrue;
    } catch {
      // Whatever an expression fails with, a TypeError of JavaScript's included, is one answer for flagd: an error.
      return ask === 'fails';
    }
  };
}

/** What flagd looks a variant up with. */
function nameOf(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

function isList(read: ReadAttribute): Match {
  return (context) => Array.isArray(read(context));
}
