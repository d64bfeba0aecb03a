import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { expect, onTestFinished, test } from 'vitest';
import { createHttpClient } from '../../http-client/index.ts';
import { hang, replyJson, replyText, replyTruncated, startStandIn } from '../../http-client/stand-in-server.fixture.ts';
import type { OutboundSecret } from '../../outbound-secrets.ts';
import { systemPlatform } from '../../platform.ts';
import { askGate } from './ask-gate.ts';
import type { GateQuestion } from './gate-question.ts';

const SECRET = `whsec_${randomBytes(24).toString('base64')}`;
const HTML = '<!doctype html><title>Sign in</title>';

function question(url: string, timeoutMs = 5_000): GateQuestion {
  const deadline = { afterMs: 1_000, then: 'abort' } as const;
  const gate = { name: 'change', before: 'advance', url, secret: 'gate', everyMs: 1_000, timeoutMs, deadline } as const;
  const place = { project: 'shop', environment: 'production', rolloutId: 'r1', flagKey: 'new-checkout' };
  const step = { gate: 'change', before: 'advance', step: 'stage-2', attempt: 1, fromPpm: 1, toPpm: 2 } as const;
  return {
    gate,
    id: 'r1/1/stage-2/change',
    data: { ...place, ...step, rule: 'fallthrough', treatment: 'on', control: 'off' },
  };
}

async function open(options: Parameters<typeof startStandIn>[0] = {}) {
  const standIn = await startStandIn(options);
  onTestFinished(() => standIn.close());
  const ask = (
    { allowed = true, timeoutMs, ...secret }: { allowed?: boolean; timeoutMs?: number } & Partial<OutboundSecret> = {},
    signal = new AbortController().signal,
  ) => {
    const client = createHttpClient({ platform: systemPlatform(), allowedHosts: allowed ? [standIn.host] : [] });
    const secrets = new Map([['gate', { value: SECRET, host: standIn.host, ...secret }]]);
    return askGate(question(`${standIn.url}/may-i`, timeoutMs), { client, secrets, nowMs: Date.now }, signal);
  };
  return { standIn, ask };
}

test.each([
  ['nothing', replyText(''), ''],
  ['plain text', replyText('Approved', 200, { 'content-type': 'text/plain; charset=utf-8' }), 'Approved'],
  ['JSON', replyJson({ open: true, detail: 'change 42' }), 'change 42'],
  ['JSON that says nothing of it', replyJson({ approvedBy: 'ada' }), ''],
])('2xx with %s opens', async (_, reply, detail) => {
  const { standIn, ask } = await open();
  standIn.reply(reply);
  expect(await ask()).toEqual({ name: 'change', answer: 'open', detail });
});

test.each([
  ['200 with {"open": false}', replyJson({ open: false, detail: 'freeze until Monday' }), 'freeze until Monday'],
  ['403', replyText(HTML, 403, { 'content-type': 'text/html' }), '403'],
  ['403 with its reason', replyText('halted', 403, { 'content-type': 'text/plain' }), '403: halted'],
  ['409', replyJson({ detail: 'another change is under way' }, 409), '409: another change is under way'],
  ['404', replyText('', 404), '404'],
])('%s is "not yet"', async (_, reply, detail) => {
  const { standIn, ask } = await open();
  standIn.reply(reply);
  expect(await ask()).toEqual({ name: 'change', answer: 'closed', detail });
});

test.each([
  ['500 with HTML', replyText(HTML, 500, { 'content-type': 'text/html' }), /answered 500/],
  ['200 with a page that asks to sign in', replyText(HTML, 200, { 'content-type': 'text/html' }), /came text\/html/],
  ['200 with something of no type', replyText('yes'), /came no content type/],
  [
    'JSON that ends too early',
    replyText('{"open": tr', 200, { 'content-type': 'application/json' }),
    /cannot be parsed/,
  ],
  ['a connection that ends too early', replyTruncated('{"open": true, "detail": ""}'), /unreachable/],
  ['JSON of another shape', replyJson({ open: 'yes' }), /expected \{"open"/],
  ['a list', replyJson([true]), /expected \{"open"/],
  ['a redirect to a private address', replyText('', 302, { location: 'http://169.254.169.254/' }), /redirected/],
])('%s is an error, which is no yes', async (_, reply, detail) => {
  const { standIn, ask } = await open();
  standIn.reply(reply);
  expect(await ask()).toEqual({ name: 'change', answer: 'error', detail: expect.stringMatching(detail) });
});

test('a gate that does not answer is waited for as long as the plan says, or until it is given up', async () => {
  const { standIn, ask } = await open();
  standIn.reply(hang);
  expect(await ask({ timeoutMs: 100 })).toMatchObject({ answer: 'error', detail: expect.stringMatching(/^timeout/) });
  const giveUp = new AbortController();
  const answer = ask({}, giveUp.signal);
  await expect.poll(() => standIn.requests.length).toBe(2);
  giveUp.abort();
  expect(await answer).toMatchObject({ answer: 'error', detail: expect.stringMatching(/^cancelled/) });
});

test('a certificate that nobody vouches for is an error', async () => {
  const { ask } = await open({ tls: 'self-signed' });
  expect(await ask()).toMatchObject({ answer: 'error', detail: expect.stringMatching(/^certificate/) });
});

test('a private address is not asked unless the server may reach it', async () => {
  const { standIn, ask } = await open();
  expect(await ask({ allowed: false })).toMatchObject({ detail: expect.stringMatching(/^refused-address/) });
  expect(standIn.requests).toEqual([]);
});

test('what is asked is signed, by a secret that goes to no other host, and for no other environment', async () => {
  const { standIn, ask } = await open();
  expect(await ask({ host: 'other.example' })).toMatchObject({ answer: 'error', detail: /is for another host/ });
  const others = { environments: ['shop/staging'] };
  expect(await ask(others)).toMatchObject({ answer: 'error', detail: 'The secret gate is not for shop/production.' });
  expect(standIn.requests).toEqual([]);
  standIn.reply(replyText(''));
  await ask();
  const [seen] = standIn.requests;
  // What a verifier reads of headers are the three that are there once.
  const headers = { ...seen?.headers } as Record<string, string>;
  expect(new Webhook(SECRET).verify(seen?.body ?? '', headers)).toMatchObject({
    type: 'tidegate.gate',
    data: { rolloutId: 'r1', step: 'stage-2', gate: 'change' },
    name: 'new-checkout',
    namespace: 'production',
    phase: 'Progressing',
  });
  expect(headers['webhook-id']).toBe('r1/1/stage-2/change');
});

test('a gate that says the secret back does not make it readable', async () => {
  const { standIn, ask } = await open();
  for (const status of [200, 403]) {
    standIn.reply(replyJson({ open: false, detail: `you sent ${SECRET}` }, status));
    expect(JSON.stringify(await ask())).not.toContain(SECRET.slice(6));
  }
});
