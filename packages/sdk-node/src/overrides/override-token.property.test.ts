import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LIFETIME_MAX_MS, OVERRIDES_MAX, readOverrides, signOverrides, TOKEN_CHARS_MAX } from './override-token.ts';

const SECRET = 'a'.repeat(32);
const NOW_MS = 1_763_760_000_000;
const FLAGS = { 'new-checkout': 'on' };
const TOKEN = signOverrides({ flags: FLAGS, expiresAtMs: NOW_MS + 60_000 }, SECRET);

const secret = fc.string({ minLength: 32, maxLength: 80 });
const name = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => text !== '__proto__');
const flags = fc.dictionary(name, name, { maxKeys: OVERRIDES_MAX });
const leftMs = fc.integer({ min: 1, max: LIFETIME_MAX_MS });

test('what was signed is read, by whoever has the secret among others', () => {
  fc.assert(
    fc.property(flags, leftMs, secret, secret, (signed, left, one, other) => {
      const expiresAtMs = NOW_MS + left;
      const token = signOverrides({ flags: signed, expiresAtMs }, one);
      const { kind, ...said } = readOverrides(token, [other, one], NOW_MS);
      expect(kind).toBe('valid');
      expect(said).toEqual({ flags: { ...signed }, expiresAtMs });
    }),
  );
});

test('another secret reads nothing', () => {
  fc.assert(
    fc.property(flags, secret, secret, (signed, one, other) => {
      fc.pre(one !== other);
      const token = signOverrides({ flags: signed, expiresAtMs: NOW_MS + 1 }, one);
      expect(readOverrides(token, [other], NOW_MS)).toEqual({ kind: 'refused', why: 'forged' });
    }),
  );
});

test('a token in which one letter is another, is missing or is too many is forged', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: TOKEN.length - 1 }),
      fc.constantFrom('', 'A', 'B', '-', '.', '=', ' ', 'é', 'AA'),
      (at, letters) => {
        const changed = TOKEN.slice(0, at) + letters + TOKEN.slice(at + 1);
        fc.pre(changed !== TOKEN);
        expect(readOverrides(changed, [SECRET], NOW_MS)).toEqual({ kind: 'refused', why: 'forged' });
      },
    ),
  );
});

test('every truncation of a token is forged', () => {
  for (let length = 0; length < TOKEN.length; length++) {
    expect(readOverrides(TOKEN.slice(0, length), [SECRET], NOW_MS).kind).toBe('refused');
    expect(readOverrides(TOKEN.slice(length + 1), [SECRET], NOW_MS).kind).toBe('refused');
  }
});

test('whatever comes is refused without an exception', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.json()), (anything) => {
      expect(readOverrides(anything, [SECRET], NOW_MS).kind).toBe('refused');
    }),
  );
});

test('what was signed for something else with the same secret is no override', () => {
  const content = Buffer.from(JSON.stringify({ flags: FLAGS, expiresAtMs: NOW_MS + 1 })).toString('base64url');
  const code = createHmac('sha256', SECRET).update(content).digest('base64url');
  expect(readOverrides(`${content}.${code}`, [SECRET], NOW_MS)).toEqual({ kind: 'refused', why: 'forged' });
});

test('a token ends at its instant, and never lives longer than a week', () => {
  const read = (expiresAtMs: number) =>
    readOverrides(signOverrides({ flags: FLAGS, expiresAtMs }, SECRET), [SECRET], NOW_MS).kind;
  expect(read(NOW_MS + 1)).toBe('valid');
  expect(read(NOW_MS)).toBe('refused');
  expect(read(NOW_MS + LIFETIME_MAX_MS)).toBe('valid');
  expect(read(NOW_MS + LIFETIME_MAX_MS + 1)).toBe('refused');
  // JSON has neither: both become null.
  expect(read(Number.POSITIVE_INFINITY)).toBe('refused');
  expect(read(Number.NaN)).toBe('refused');
});

test('what is too large is neither signed nor looked at', () => {
  const many = Object.fromEntries(Array.from({ length: OVERRIDES_MAX + 1 }, (_, index) => [`flag-${index}`, 'on']));
  expect(() => signOverrides({ flags: many, expiresAtMs: NOW_MS }, SECRET)).toThrow(RangeError);
  expect(() => signOverrides({ flags: { f: 'v'.repeat(TOKEN_CHARS_MAX) }, expiresAtMs: NOW_MS }, SECRET)).toThrow(
    RangeError,
  );
  expect(readOverrides('a'.repeat(TOKEN_CHARS_MAX + 1), [SECRET], NOW_MS)).toEqual({
    kind: 'refused',
    why: 'too-long',
  });
});

test('a secret that can be guessed is refused', () => {
  expect(() => signOverrides({ flags: FLAGS, expiresAtMs: NOW_MS }, 'short')).toThrow('at least 32 characters');
});
