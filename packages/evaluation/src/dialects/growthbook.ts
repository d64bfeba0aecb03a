import type { DialectLeaf } from '../flag.ts';
import type { DialectMeaning } from '../language.ts';
import { compileOperator, type Test, valueAt } from './growthbook-condition.ts';

/**
 * One operator on one attribute, with GrowthBook's meaning. The first name of the attribute is read as native leaves
 * read it, what follows as GrowthBook walks into values, lists included. `values` are what the operator is given: a
 * list for those that take one, otherwise one value.
 */
export const growthbookDialect: DialectMeaning = {
  findLeafFlaw: (leaf) => {
    const flaws: string[] = [];
    testOf(leaf, flaws);
    return flaws[0] === undefined ? undefined : `.values: ${flaws[0]}`;
  },
  compileLeaf: (leaf, readerOf) => {
    const [first = '', ...parts] = leaf.attribute.split('.');
    const read = readerOf(first);
    const test = testOf(leaf, []);
    return (context) => {
      try {
        return test(valueAt(read(context) ?? null, parts));
      } catch {
        // An object that JavaScript cannot write as a text: the vendor's SDK throws here, and evaluation never does.
        return false;
      }
    };
  },
};

const LIST_OPERATORS = new Set(['$in', '$nin', '$ini', '$nini', '$all', '$alli']);

function testOf({ operator, values }: DialectLeaf, flaws: string[]): Test {
  const takesList = LIST_OPERATORS.has(operator);
  if (!takesList && values.length !== 1) flaws.push(`expected one value for ${operator}`);
  return compileOperator(operator, takesList ? values : (values[0] ?? null), flaws);
}
