import { expect, test } from 'vitest';
import { redact, redactMessage } from './redact.ts';

test('no form of a secret is left: plain, in an address, in JSON, in base64', () => {
  const secret = 'pa"ss wörd/1';
  const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret), Buffer.from(secret).toString('base64')];
  const shown = redact(`at ${forms.join(' and ')}.`, [secret]);
  expect(shown).toBe('at [redacted] and [redacted] and "[redacted]" and [redacted].');
});

test('a secret that is part of another leaves nothing of the other', () => {
  expect(redact('abcdef', ['abc', 'abcdef'])).toBe('[redacted]');
});

test('what signs is redacted without its prefix too', () => {
  expect(redact('the key c2lnbnM= signed it', ['whsec_c2lnbnM='])).toBe('the key [redacted] signed it');
});

test('an empty secret redacts nothing', () => {
  expect(redact('all well', [''])).toBe('all well');
});

test('a message is one line of bounded length', () => {
  expect(redactMessage('one\r\ntwo\u0000\u2028three', [])).toBe('one two three');
  expect(redactMessage('x'.repeat(10_000), [])).toHaveLength(501);
});

test('a secret at the cut is redacted before the cut', () => {
  const shown = redactMessage(`${'x'.repeat(495)}top-secret`, ['top-secret']);
  expect(shown).not.toContain('top');
});
