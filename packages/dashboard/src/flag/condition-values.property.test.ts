import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatValues, parseValues } from './condition-values.ts';

test('values are typed as one thinks of them', () => {
  expect(parseValues('de, fr,  3, true')).toEqual(['de', 'fr', 3, true]);
  expect(parseValues('"3", "a, b"')).toEqual(['3', 'a, b']);
  expect(parseValues('')).toEqual([]);
  expect(formatValues(['de', '3', 3, 'a, b', ''])).toBe('de, "3", 3, "a, b", ""');
});

test('what is shown of any scalar is read as the same', () => {
  const scalar = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
  );
  fc.assert(
    fc.property(fc.array(scalar), (values) => {
      // JSON knows one zero.
      const known = values.map((value) => (Object.is(value, -0) ? 0 : value));
      expect(parseValues(formatValues(known))).toEqual(known);
    }),
  );
});
