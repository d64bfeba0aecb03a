import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileJavascriptPattern } from './javascript-pattern.ts';

const AWKWARD = [
  'a',
  'B',
  'k',
  's',
  'S',
  '1',
  '_',
  '-',
  ' ',
  '\n',
  '\r',
  '\u2028',
  '\u00a0',
  '\ufeff',
  'é',
  'É',
  'ſ',
  'K',
  'İ',
  'ß',
  'ς',
  'Σ',
  '😀',
  '\ud83d',
  '\ude00',
  '.',
  '[',
  ']',
  '{',
  '}',
  '/',
  '\\',
  '\b',
  '\u0000',
  '^',
];
const text = fc.array(fc.constantFrom(...AWKWARD), { maxLength: 8 }).map((parts) => parts.join(''));

const atom = fc.oneof(
  fc.constantFrom(
    'a',
    'B',
    'k',
    's',
    '1',
    'é',
    'ſ',
    '😀',
    '.',
    '\\d',
    '\\D',
    '\\w',
    '\\W',
    '\\s',
    '\\S',
    '\\n',
    '\\t',
    '\\v',
    '\\0',
    '\\x41',
    '\\u00e9',
    '\\ud83d',
    '\\/',
    '\\.',
    '\\-',
    '\\a',
    '\\p',
    '\\z',
    '{',
    '}',
    ']',
    '/',
    '-',
    '\\b',
    '\\B',
    '^',
    '$',
  ),
  fc
    .tuple(
      fc.constantFrom('[', '[^'),
      fc.array(
        fc.constantFrom(
          'a',
          'a-c',
          'S-k',
          '\\d',
          '\\d-z',
          'a-\\w',
          '\\W',
          '\\s',
          '\\b',
          '-',
          '^',
          '[',
          ':',
          '😀',
          '\\ud800-\\uffff',
          'é',
          '\\]',
          '\\\\',
          '\\x00-\\x1f',
          '.',
          '$',
          '{',
        ),
        { maxLength: 4 },
      ),
    )
    .map(([open, members]) => `${open}${members.join('')}]`),
);
const { pattern } = fc.letrec<{ pattern: string; part: string }>((tie) => ({
  part: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    atom,
    fc.tuple(fc.constantFrom('(', '(?:', '(?<n>'), tie('pattern')).map(([open, inner]) => `${open}${inner})`),
  ),
  pattern: fc
    .array(
      fc.tuple(
        tie('part'),
        fc.constantFrom('', '', '', '*', '+', '?', '*?', '{2}', '{1,}', '{0,2}', '|', '{a', '{,2}'),
      ),
      { maxLength: 4 },
    )
    .map((parts) => parts.map((part) => part.join('')).join('')),
}));

const javascript = (source: string, flags: string): RegExp | undefined => {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
};

test('a pattern matches what it matches in JavaScript, or is refused', () => {
  let taken = 0;
  fc.assert(
    fc.property(pattern, fc.boolean(), fc.array(text, { minLength: 4, maxLength: 8 }), (source, ignoreCase, texts) => {
      const expected = javascript(source, ignoreCase ? 'i' : '');
      const matches = compileJavascriptPattern(source, { ignoreCase });
      if (expected === undefined) expect(matches).toBeUndefined();
      if (expected === undefined || matches === undefined) return;
      taken++;
      for (const it of texts) expect(matches(it), `/${source}/ of ${JSON.stringify(it)}`).toBe(expected.test(it));
    }),
    { seed: 20_261_122, numRuns: 1_000 },
  );
  expect(taken).toBeGreaterThan(500);
});

test.each([
  '(?=a)',
  '(?!a)',
  '(?<=a)b',
  '(?<!a)b',
  '(a)\\1',
  '(?<n>a)\\k<n>',
  '\\01',
  'a{1001}',
  '(',
  '[',
  `${'a'.repeat(1_001)}`,
])('%.20s is refused', (source) => expect(compileJavascriptPattern(source, { ignoreCase: false })).toBeUndefined());
