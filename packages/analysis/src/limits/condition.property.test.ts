import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeMeasurement } from './judge-measurement.ts';
import type { MeasuredValue } from './measurement.ts';
import { readCondition } from './read-condition.ts';

const word = fc.constantFrom(
  ...[
    'result',
    '#',
    'all(',
    'any(',
    'len(',
    'default(',
    '(',
    ')',
    '[',
    ']',
    ',',
    '.ok',
    '&&',
    '||',
    '!',
    '==',
    '<',
    '>=',
  ],
  ...['+', '-', '*', '/', '%', '1', '0', '0.5', 'true', '"x"'],
);
const source = fc.oneof(
  fc.string(),
  fc.array(word, { maxLength: 20 }).map((words) => words.join(' ')),
);
// What JSON can hold, and what floating point adds to it.
const value = fc.oneof(fc.double(), fc.array(fc.double()), fc.jsonValue()) as fc.Arbitrary<MeasuredValue>;

test('any text is a condition or a flaw with its place, and never throws', () => {
  fc.assert(
    fc.property(source, (text) => {
      const read = readCondition(text);
      if (read.kind === 'flawed') expect(read.at).toBeGreaterThanOrEqual(0);
    }),
  );
});

test('any condition has a verdict on any value, and the same one again', () => {
  fc.assert(
    fc.property(source, source, value, (successCondition, failureCondition, measured) => {
      const judge = () => judgeMeasurement({ successCondition, failureCondition }, { status: 'ok', value: measured });
      expect(judge()).toEqual(judge());
    }),
  );
});

test('a value that is not finite is never successful, whatever the condition says', () => {
  const unfit = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
  fc.assert(
    fc.property(fc.array(fc.double()), unfit, fc.nat(), source, (values, bad, place, successCondition) => {
      const mixed = values.toSpliced(place % (values.length + 1), 0, bad);
      const { verdict } = judgeMeasurement(
        { successCondition, failureCondition: 'false' },
        { status: 'ok', value: mixed },
      );
      expect(['no_data', 'error']).toContain(verdict);
    }),
  );
});
