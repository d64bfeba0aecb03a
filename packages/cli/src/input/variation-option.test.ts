import { expect, test } from 'vitest';
import { readVariation } from './variation-option.ts';

test("the flag's kind says how a variation's value is read", () => {
  expect(readVariation('small=10', 'number')).toEqual({ key: 'small', value: 10 });
  expect(readVariation('small=10', 'string')).toEqual({ key: 'small', value: '10' });
  expect(readVariation('empty=', 'string')).toEqual({ key: 'empty', value: '' });
  expect(readVariation('theme={"a":"="}', 'json')).toEqual({ key: 'theme', value: { a: '=' } });
});

test.each(['small', '=10', ''])('%j names no variation', (text) => {
  expect(() => readVariation(text, 'number')).toThrow('expected a key and a value');
});

test('a value that is no JSON is refused, with the kind that asked for it', () => {
  expect(() => readVariation('small=ten', 'number')).toThrow('a number flag is read as JSON');
});
