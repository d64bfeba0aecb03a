import { Webhook } from 'standardwebhooks';
import { expect, onTestFinished, test } from 'vitest';
import { createHttpClient } from '../../../http-client/index.ts';
import {
  hang,
  replyJson,
  replyText,
  replyTruncated,
  startStandIn,
} from '../../../http-client/stand-in-server.fixture.ts';
import type { OutboundSecret } from '../../../outbound-secrets.ts';
import { systemPlatform } from '../../../platform.ts';
import { orderOf, SHARED } from '../order.fixture.ts';
import { webhookAdapter } from './webhook-adapter.ts';

const SECRET = `whsec_${Buffer.from('twenty-four bytes or more').toString('base64')}`;

async function open({ allowed = true, timeoutMs = 5_000 } = {}) {
  const standIn = await startStandIn();
  onTestFinished(() => standIn.close());
  const client = createHttpClient({ platform: systemPlatform(), allowedHosts: allowed ? [standIn.host] : [] });
  const all = new Map<string, OutboundSecret>([
    ['mesh', { value: SECRET, host: standIn.host }],
    ['elsewhere', { value: SECRET, host: 'mesh.example.com' }],
    ['others', { value: SECRET, host: standIn.host, environments: ['shop/staging'] }],
    ['weak', { value: 'hush', host: standIn.host }],
  ]);
  const adapterWith = (secret: string) =>
    webhookAdapter(
      { ...SHARED, kind: 'webhook', url: `${standIn.url}/weights`, secret, timeoutMs },
      { client, secrets: { environment: 'shop/production', all }, nowMs: Date.now },
    );
  return { standIn, adapter: adapterWith('mesh'), adapterWith };
}

test('it is told what is wanted, signed, under one id for one weight, and its answer is what is applied', async () => {
  const { standIn, adapter } = await open();
  standIn.reply(replyJson({ appliedPpm: 240_000 }));
  const order = orderOf(250_000, { adapterKey: 'a.b', sequence: 3 });
  expect(await adapter.read(order)).toEqual({
    kind: 'read',
    weightPpm: 240_000,
    detail: 'The webhook says that 24 % is applied.',
  });
  await adapter.read(order);
  await adapter.read({ ...order, weightPpm: 0, sequence: 4 });
  const ids = standIn.requests.map(({ headers }) => headers['webhook-id']);
  expect(ids).toEqual([ids[0], ids[0], expect.not.stringContaining(String(ids[0]))]);
  expect(ids[0]).toBe('r1-YS5i-3');
  const [asked] = standIn.requests;
  expect(new Webhook(SECRET).verify(asked?.body ?? '', asked?.headers as Record<string, string>)).toMatchObject({
    type: 'tidegate.traffic.weight',
    data: { adapter: 'a.b', rolloutId: 'r1', flagKey: 'new-checkout', sequence: 3, weightPpm: 250_000 },
  });
});

test.each([
  ['500 with HTML', replyText('<!doctype html>', 500), /answered 500/],
  ['429', replyText('', 429, { 'retry-after': '7' }), /answered 429/],
  ['no JSON', replyText('ok'), /answered ok instead/],
  ['a weight that is none', replyJson({ appliedPpm: 1_000_001 }), /instead of/],
  ['a weight as text', replyJson({ appliedPpm: '50000' }), /instead of/],
  ['half an answer', replyTruncated('{"appliedPpm": 250000}'), /ECONNRESET|aborted/],
  ['a redirect', replyText('', 302, { location: 'http://169.254.169.254/' }), /redirects/],
  ['its own secret', replyText(SECRET, 500), /\[redacted\]/],
  ['its own secret where the answer is cut off', replyText(`${'x'.repeat(190)}${SECRET}`, 500), /x$|xx\[reda/],
])('%s confirms nothing, and is told without the secret', async (_, reply, detail) => {
  const { standIn, adapter } = await open();
  standIn.reply(reply);
  const reading = await adapter.read(orderOf(250_000));
  expect(reading).toEqual({ kind: 'failed', detail: expect.stringMatching(detail) });
  expect(JSON.stringify(reading)).not.toContain(SECRET.slice(0, 8));
});

test('who does not answer is waited for no longer than the order lasts', async () => {
  const { standIn, adapter } = await open();
  standIn.reply(hang);
  const late = new AbortController();
  const reading = adapter.read(orderOf(250_000, { signal: late.signal }));
  await expect.poll(() => standIn.requests.length).toBe(1);
  late.abort();
  expect(await reading).toMatchObject({ kind: 'failed' });
});

test('a private address that is not allowed is not reached, and a secret goes to no other host', async () => {
  const { standIn, adapter, adapterWith } = await open({ allowed: false });
  expect(await adapter.read(orderOf(0))).toMatchObject({ detail: expect.stringContaining('private address') });
  for (const name of ['elsewhere', 'others', 'nobody', 'weak']) {
    expect(adapterWith(name).flaw).toContain(name);
    expect(await adapterWith(name).read(orderOf(0))).toMatchObject({ kind: 'failed' });
  }
  expect(standIn.requests).toEqual([]);
});
