import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { findSigningFlaw, signWebhook } from './sign-webhook.ts';

const SECRET = `whsec_${Buffer.from('twenty-four bytes or more').toString('base64')}`;

test('what is signed is known by who has the secret, and by nobody else', () => {
  const atMs = Date.now();
  const body = '{"kind":"killed"}';
  const headers = signWebhook({ id: 'r/1/2/killed/hook:0', atMs, body }, SECRET);
  expect(new Webhook(SECRET).verify(body, headers)).toEqual({ kind: 'killed' });
  expect(() => new Webhook(SECRET).verify('{"kind":"step"}', headers)).toThrow();
  expect(() => new Webhook(`${SECRET.slice(0, -4)}AAAA`).verify(body, headers)).toThrow();
});

test.each(['hush', 'whsec_', 'whsec_c2hvcnQ=', `whsec_${'A'.repeat(400)}`])('%s signs nothing', (secret) => {
  expect(findSigningFlaw('ci', secret)).toContain('The secret ci signs nothing');
  expect(findSigningFlaw('ci', SECRET)).toBeUndefined();
});
