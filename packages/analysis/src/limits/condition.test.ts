import { expect, test } from 'vitest';
import type { MeasuredValue } from './measurement.ts';
import { readCondition } from './read-condition.ts';
import { testCondition } from './test-condition.ts';

/** True, false, no data, the words of an error, or of a flaw. */
function ask(source: string, result: MeasuredValue) {
  const read = readCondition(source);
  if (read.kind === 'flawed') return `flawed: ${read.detail}`;
  const answer = testCondition(read.tree, result);
  if (answer.kind === 'answer') return answer.holds;
  return answer.kind === 'error' ? `error: ${answer.detail}` : 'no_data';
}

test.each<[string, MeasuredValue, boolean]>([
  ['result >= 0.95', 0.95, true],
  ['result[0] > 0.95 && result[1] < 10', [0.99, 10], false],
  ['all(result, # >= 0.9)', [0.9, 0.95], true],
  ['any(result, # > 1) or none(result, # > 0)', [0.5], false],
  ['!(result.ok == false) and result.share * 100 >= 99', { ok: true, share: 0.99 }, true],
  ['default(result.errors, 0) <= 3', {}, true],
  ['isNil(result.errors) || result.errors < 3', { errors: 2 }, true],
  ['asFloat(result.p99) / 1000 < 0.5', { p99: '480' }, true],
  ['len(result) == 2 && max(result) - min(result) <= 1', [1, 2], true],
  ['-abs(result) % 2 == -1', -3, true],
  ['result.state == "healthy"', { state: 'healthy' }, true],
  ['all(result, {# != nil}) and not (result[0] == nil)', [1, 2], true],
  ['result["p99"] < 500', { p99: 480 }, true],
  ['1 + 2 * 3 == 7 && (1 + 2) * 3 == 9', 0, true],
])('%s of %j is %j', (source, result, holds) => {
  expect(ask(source, result)).toBe(holds);
});

test.each([
  ['reslt > 1', '"reslt" is no name that a condition knows'],
  ['result > "a"', 'A number is needed here, and this is a text'],
  ['result + 1', 'A boolean is needed here, and this is a number'],
  ['1 < result < 3', 'Comparisons do not chain'],
  ['# > 1', '# stands inside all, any or none only'],
  ['all(result, any(result, # > 1))', 'do not stand inside each other'],
  ['result > 1 1', 'Nothing may follow here'],
  ['result > ', 'A value is expected, "the end" came'],
  ['process.exit()', '"process" is no name'],
  ['result; 1', '"; 1" is no word of a condition'],
  [`${'('.repeat(40)}true${')'.repeat(40)}`, 'More than 32 inside each other'],
  ['true'.padEnd(1_001), 'at most 1000 characters'],
])('%s is refused when it is written', (source, flaw) => {
  expect(ask(source, 1)).toContain(flaw);
});

test('a value of another shape than the condition is about is an error, and tells what came', () => {
  expect(ask('result[1] > 0', [1])).toBe('error: The answer has 1 values, and none at 1.');
  expect(ask('result.share > 0', 1)).toBe('error: a number has no field share.');
  expect(ask('result > 0', 'many')).toBe('error: A number is needed, and a string came.');
  expect(ask('result == 1', 'one')).toBe('error: a string and a number cannot be compared.');
});

test('a share of nothing is no data, unless the condition looks first', () => {
  expect(ask('result[0] / result[1] < 0.01', [0, 0])).toBe('no_data');
  expect(ask('result[1] == 0 || result[0] / result[1] < 0.01', [0, 0])).toBe(true);
});

test('a record has no fields that nobody sent', () => {
  expect(ask('isNil(result.constructor)', {})).toBe(true);
});
