import type { ChannelSettings } from '@tidegate/protocol';
import { channelSettingsSchema } from '@tidegate/protocol';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHttpClient, socketOpener } from '../../../http-client/index.ts';
import {
  hang,
  replyJson,
  replyText,
  replyTruncated,
  type StandIn,
  type StandInReply,
  startStandIn,
} from '../../../http-client/stand-in-server.fixture.ts';
import { systemPlatform } from '../../../platform.ts';
import { buildNotice } from '../notice.fixture.ts';
import { makeSender } from './make-sender.ts';
import type { Message } from './sender.ts';

const HUSH = 'hush-9f2c-4411-routing';
const SIGNING = `whsec_${Buffer.from('a secret of thirty-two bytes or so').toString('base64')}`;
const MESSAGE: Message = { id: 'rollout-1/1/7/killed/channel:ops', notice: buildNotice() };
const KINDS = ['slack', 'pagerduty', 'alertmanager', 'webhook'] as const;
type HttpKind = (typeof KINDS)[number];

/** What each says when it took a notice. */
const TAKEN: Readonly<Record<HttpKind, StandInReply>> = {
  slack: replyText('ok'),
  pagerduty: replyJson({ status: 'success', message: 'Event processed', dedup_key: 'tidegate/rollout-1' }, 202),
  alertmanager: replyText(''),
  webhook: replyText('', 204),
};

let standIn: StandIn;
beforeEach(async () => {
  standIn = await startStandIn();
});
afterEach(() => standIn.close());

function settingsFor(kind: HttpKind, { url }: StandIn, overrides: object): ChannelSettings {
  const bearer = { kind: 'bearer', token: { secret: 'hush' } };
  const own = {
    slack: { url: { secret: 'hook' } },
    pagerduty: { address: url, routingKey: { secret: 'hush' } },
    alertmanager: { address: url, auth: bearer },
    webhook: { url: `${url}/hook`, secret: { secret: 'signing' } },
  };
  return channelSettingsSchema.parse({ kind, ...own[kind], ...overrides });
}

function senderTo(kind: HttpKind, at: StandIn, { overrides = {}, allowedHosts = [at.host] } = {}) {
  const platform = systemPlatform();
  const secrets = new Map([
    ['hook', { value: `${at.url}/services/T0/B0/${HUSH}`, host: at.host }],
    ['hush', { value: HUSH, host: at.host }],
    ['signing', { value: SIGNING, host: at.host }],
    ['elsewhere', { value: HUSH, host: 'hooks.slack.com' }],
    ['others', { value: SIGNING, host: at.host, environments: ['shop/staging', 'games/*'] }],
  ]);
  const options = { platform, allowedHosts };
  const deps = { client: createHttpClient(options), openSocket: socketOpener(options), secrets, platform };
  return makeSender(settingsFor(kind, at, overrides), 'shop/production', deps);
}

const send = (kind: HttpKind, message = MESSAGE, options = {}) =>
  senderTo(kind, standIn, options).send(message, new AbortController().signal);

function received() {
  const [request] = standIn.requests;
  if (request === undefined) throw new Error('nothing arrived');
  return { ...request, json: JSON.parse(request.body) };
}

describe.each(KINDS)('a %s that fails', (kind) => {
  const secret = kind === 'webhook' ? SIGNING : HUSH;
  const FAULTS: readonly (readonly [string, StandInReply, object])[] = [
    ['has not the time', hang, { class: 'timeout' }],
    [
      'asks for patience',
      replyText('slow down', 429, { 'retry-after': '30' }),
      { class: 'rate_limited', retryAfterMs: 30_000 },
    ],
    [
      'has a page instead',
      replyText(`<html>${secret}</html>`, 500, { 'content-type': 'text/html' }),
      { class: 'unavailable' },
    ],
    ['breaks off', replyTruncated('{"status":"success"}'), { class: 'unavailable' }],
    ['knows us not', replyText(`who is ${secret}?`, 403), { class: 'misconfigured' }],
    ['is gone', replyText('no_service', 404), { class: 'misconfigured' }],
    [
      'leads into the cellar',
      replyText('', 302, { location: `http://169.254.169.254/${secret}` }),
      { class: 'misconfigured' },
    ],
    ['wants none of it', replyText('invalid_payload', 400), { class: 'rejected' }],
  ];

  test.each(FAULTS)('%s: the class is right, and no secret is told', async (_, reply, expected) => {
    standIn.reply(reply);
    const sending = await send(kind, MESSAGE, { overrides: { timeoutMs: 150 } });
    expect(sending).toMatchObject({ kind: 'failed', ...expected });
    expect(JSON.stringify(sending)).not.toContain(secret);
  });

  test('has a certificate of its own making: nothing is told it', async () => {
    const masked = await startStandIn({ tls: 'self-signed' });
    try {
      const sending = await senderTo(kind, masked).send(MESSAGE, new AbortController().signal);
      expect(sending).toMatchObject({ kind: 'failed', class: 'misconfigured' });
      expect(masked.requests).toEqual([]);
    } finally {
      await masked.close();
    }
  });

  test('has a private address that is not allowed: nothing is told it', async () => {
    expect(await send(kind, MESSAGE, { allowedHosts: [] })).toMatchObject({ kind: 'failed', class: 'misconfigured' });
    expect(standIn.requests).toEqual([]);
  });

  test('is given up when the server stops', async () => {
    standIn.reply(hang);
    const giveUp = new AbortController();
    const sending = senderTo(kind, standIn).send(MESSAGE, giveUp.signal);
    await expect.poll(() => standIn.requests.length).toBe(1);
    giveUp.abort();
    expect(await sending).toMatchObject({ kind: 'failed', class: 'unavailable' });
  });

  test('and takes it at last', async () => {
    standIn.reply(TAKEN[kind]);
    expect(await send(kind)).toMatchObject({ kind: 'sent' });
  });
});

test('a password that Alertmanager says back is not shown, neither as it was sent nor as it is', async () => {
  const auth = { kind: 'basic', user: 'tidegate', password: { secret: 'hush' } };
  standIn.reply(replyText(`no such password: ${HUSH}, of ${Buffer.from(`tidegate:${HUSH}`).toString('base64')}`, 401));
  const sending = await send('alertmanager', MESSAGE, { overrides: { auth } });
  expect(sending).toMatchObject({ class: 'misconfigured', detail: '401 no such password: [redacted], of [redacted]' });
});

test('an answer that is no yes of theirs is none, though its status says so', async () => {
  standIn.reply(replyText('<html>Sign in to the network</html>'));
  expect(await send('slack')).toMatchObject({ class: 'malformed' });
  expect(await send('pagerduty')).toMatchObject({ class: 'malformed' });
  standIn.reply(replyText('{"status":"succ', 202));
  expect(await send('pagerduty')).toMatchObject({ class: 'malformed' });
});

test.each([
  ['slack', { url: { secret: 'elsewhere' } }],
  ['pagerduty', { routingKey: { secret: 'elsewhere' } }],
  ['alertmanager', { auth: { kind: 'bearer', token: { secret: 'nobody' } } }],
  ['webhook', { secret: { secret: 'hush' } }],
  ['webhook', { secret: { secret: 'others' } }],
] as const)('a %s whose secret is of no use sends nothing, and says which secret', async (kind, overrides) => {
  const sender = senderTo(kind, standIn, { overrides });
  expect(sender.flaw).toMatch(/elsewhere|nobody|hush|others is not for shop\/production/);
  expect(sender.flaw).not.toContain(HUSH);
  expect(await sender.send(MESSAGE, new AbortController().signal)).toMatchObject({ class: 'misconfigured' });
  expect(standIn.requests).toEqual([]);
});

describe('what they receive', () => {
  const LONG = `<!channel> & <https://evil.example|click> ${'long '.repeat(2_000)}`;
  const loud = { ...MESSAGE, notice: buildNotice({ title: LONG, detail: LONG, by: '<@U123>' }) };

  test('Slack gets Block Kit within its limits, in which nothing of ours is markup', async () => {
    standIn.reply(TAKEN.slack);
    await send('slack', loud);
    const { json, path } = received();
    expect(path).toBe(`/services/T0/B0/${HUSH}`);
    const [header, section, context] = json.blocks;
    expect(header).toMatchObject({ type: 'header', text: { type: 'plain_text', emoji: false } });
    expect(header.text.text.length).toBeLessThanOrEqual(150);
    expect(section).toMatchObject({ type: 'section', text: { type: 'mrkdwn', verbatim: true } });
    expect(section.text.text.length).toBeLessThanOrEqual(3_000);
    expect(section.text.text).toMatch(/^&lt;!channel&gt; &amp; &lt;https:\/\/evil.example\|click&gt; long/);
    expect(context.elements.at(-1).text).toBe('by &lt;@U123&gt;');
    const marked = JSON.stringify([json.text, section, context]);
    expect(marked).not.toMatch(/[<>]/);
    expect(marked.replaceAll(/&(amp|lt|gt);/g, '')).not.toContain('&');
  });

  test('Slack gets no empty section', async () => {
    standIn.reply(TAKEN.slack);
    await send('slack', { ...MESSAGE, notice: buildNotice({ detail: '' }) });
    expect(received().json.blocks.map(({ type }: { type: string }) => type)).toEqual(['header', 'context']);
  });

  test('PagerDuty gets a trigger within its limits, and a resolve under the same key', async () => {
    standIn.reply(TAKEN.pagerduty);
    await send('pagerduty', loud);
    await send('pagerduty', { ...MESSAGE, notice: buildNotice({ kind: 'rolled-back', alarm: 'ended' }) });
    const [trigger, resolve] = standIn.requests.map(({ body }) => JSON.parse(body));
    const key = { routing_key: HUSH, dedup_key: 'tidegate/rollout-1' };
    expect(received().path).toBe('/v2/enqueue');
    expect(trigger).toMatchObject({
      ...key,
      event_action: 'trigger',
      payload: {
        source: 'default/production',
        severity: 'critical',
        timestamp: '2023-11-14T22:13:20.000Z',
        component: 'new-checkout',
        class: 'killed',
      },
    });
    expect(trigger.payload.summary.length).toBeLessThanOrEqual(1_024);
    expect(resolve).toEqual({ ...key, event_action: 'resolve' });
  });

  test('Alertmanager gets one alert that lasts, and its end under the same labels', async () => {
    standIn.reply(TAKEN.alertmanager);
    await send('alertmanager');
    await send('alertmanager', { ...MESSAGE, notice: buildNotice({ kind: 'rolled-back', alarm: 'ended' }) });
    const [raised, ended] = standIn.requests.map(({ body }) => JSON.parse(body));
    expect(received()).toMatchObject({ path: '/api/v2/alerts', headers: { authorization: `Bearer ${HUSH}` } });
    expect(raised).toMatchObject([
      { startsAt: '2023-11-14T22:13:20.000Z', endsAt: '2023-11-15T22:13:20.000Z', labels: { severity: 'critical' } },
    ]);
    expect(ended.map(({ labels }: { labels: object }) => labels)).toContainEqual(raised[0].labels);
    expect(ended.every(({ startsAt, endsAt }: Record<string, string>) => startsAt === endsAt)).toBe(true);
  });

  test('a webhook gets a CloudEvent that it can verify, under the same id in every try', async () => {
    standIn.reply(TAKEN.webhook);
    await send('webhook');
    await send('webhook');
    const { body, headers, json } = received();
    expect(json).toMatchObject({
      specversion: '1.0',
      id: MESSAGE.id,
      source: '/api/v1/projects/default/environments/production/rollouts/rollout-1',
      type: 'dev.tidegate.rollout.killed',
      subject: 'new-checkout',
      time: '2023-11-14T22:13:20.000Z',
      datacontenttype: 'application/json',
      data: MESSAGE.notice,
    });
    expect(headers['content-type']).toMatch(/^application\/cloudevents\+json/);
    const signed = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    expect(new Webhook(SIGNING).verify(body, signed)).toEqual(json);
    expect(standIn.requests[1]?.headers['webhook-id']).toBe(MESSAGE.id);
  });
});
