import type { MetricQuery, MetricResult, ProviderSettings } from '@tidegate/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttpClient } from '../../../http-client/index.ts';
import {
  hang,
  replyJson,
  replyText,
  replyTruncated,
  type SeenRequest,
  type StandIn,
  type StandInReply,
  startStandIn,
} from '../../../http-client/stand-in-server.fixture.ts';
import { type ManualPlatform, manualPlatform } from '../../../manual-platform.fixture.ts';
import { makeProvider } from '../make-provider.ts';
import type { AnsweredArms, MetricProvider, Question } from './metric-provider.ts';

/** What a provider of one kind says on the wire, so that one suite holds all kinds to one meaning. */
export interface ProviderWire {
  readonly settings: (address: string) => ProviderSettings;
  /** Queries that name the variant and differ, so that the stand-in can tell what it was asked. */
  readonly texts: Readonly<Record<'value' | 'events' | 'units' | 'sampleSize', string>>;
  /** The JSON of an answer with this number; with null, of an empty one; with undefined in its place, another type. */
  answer(value: number | null | 'wrong-type', window: Question['window']): unknown;
  /** A JSON text in which the number is none: NaN as far as the protocol can say it, or a number beyond all bounds. */
  notFinite(window: Question['window']): string;
  /** The JSON and status of a refused query. */
  readonly badQuery: { readonly status: number; readonly json: unknown };
  /** The query of a request, as the provider's server would read it. */
  queryOf(request: SeenRequest): string;
}

const SECRET = 'hush-9f2c/secret';
const NOW_MS = 1_700_000_000_000;
const window = { startAtMs: NOW_MS - 300_000, endAtMs: NOW_MS };
const arms = { treatment: 'new', control: 'old' };

export function metricProviderContract(wire: ProviderWire): void {
  let standIn: StandIn;
  let platform: ManualPlatform;
  const unhandled: unknown[] = [];

  beforeEach(async () => {
    standIn = await startStandIn();
    platform = manualPlatform((error) => unhandled.push(error));
  });
  afterEach(async () => {
    await standIn.close();
    expect(unhandled).toEqual([]);
  });

  const providerAt = (address: string, secretHost = new URL(address).host): MetricProvider =>
    makeProvider(wire.settings(address), 'shop/production', {
      client: createHttpClient({ platform, allowedHosts: [new URL(address).host] }),
      secrets: new Map(['key', 'other-key'].map((name) => [name, { value: SECRET, host: secretHost }])),
      nowMs: () => NOW_MS,
    });
  const provider = (): MetricProvider => providerAt(standIn.url);
  const { value, sampleSize, events, units } = wire.texts;
  const scalar: MetricQuery = { kind: 'scalar', value, args: {}, windowMs: 300_000 };
  const counts = (other: object = {}): MetricQuery => ({
    kind: 'counts',
    events,
    units,
    counters: 'window',
    absentEvents: 'no_data',
    args: {},
    windowMs: 300_000,
    ...other,
  });

  /** Answers each text of each arm with its own number; what has none is empty. */
  const say = (numbers: Readonly<Record<string, number>>): void =>
    standIn.reply((response, request) => {
      const asked = wire.queryOf(request);
      const part = Object.entries(wire.texts).find(([, text]) => arms_(text).some((filled) => asked.includes(filled)));
      const arm = part && arms_(part[1]).findIndex((filled) => asked.includes(filled)) === 0 ? 'treatment' : 'control';
      const number = numbers[`${arm} ${part?.[0]}`] ?? null;
      replyJson(wire.answer(number, window))(response, request);
    });
  const arms_ = (text: string): readonly string[] =>
    [arms.treatment, arms.control].map(
      (variant) => text.replaceAll('{{ args.variant }}', variant).split('\n').at(-1) ?? '',
    );

  const ask = (query: MetricQuery, other: Partial<Question> = {}): Promise<MetricResult> =>
    provider().query({ query, arms, window, ...other });
  const askWhenSaid = async (reply: StandInReply): Promise<MetricResult> => {
    standIn.reply(reply);
    const result = await ask(scalar);
    expect(JSON.stringify(result)).not.toContain('hush');
    return result;
  };

  test('both arms are read over one window, with its watermark and the query that was sent', async () => {
    say({ 'treatment value': 0.25, 'control value': 0.125 });
    const result = await ask(scalar);
    expect(result).toMatchObject({
      status: 'ok',
      window,
      watermarkAtMs: window.endAtMs,
      arms: { treatment: { kind: 'scalar', value: 0.25 }, control: { kind: 'scalar', value: 0.125 } },
    });
    expect(result.query).toContain('new');
    expect(result.query).toContain('old');
    expect(result.query).not.toContain('hush');
  });

  test('a value comes with the size of its sample when that is asked for', async () => {
    say({ 'treatment value': 7, 'treatment sampleSize': 40 });
    const query: MetricQuery = { ...scalar, sampleSize };
    const result = await ask(query, { arms: { treatment: 'new' } });
    expect(result).toMatchObject({ status: 'ok', arms: { treatment: { value: 7, sampleSize: 40 } } });
  });

  test('counts are read with their denominator, and zero of it is no data', async () => {
    say({ 'treatment events': 3, 'treatment units': 100, 'control events': 0, 'control units': 900 });
    expect(await ask(counts())).toMatchObject({
      status: 'ok',
      arms: {
        treatment: { kind: 'counts', events: 3, units: 100 },
        control: { kind: 'counts', events: 0, units: 900 },
      },
    });
    say({ 'treatment events': 0, 'treatment units': 0, 'control events': 0, 'control units': 900 });
    expect(await ask(counts())).toMatchObject({ status: 'no_data', reason: 'zero_denominator', window });
  });

  test('no events among units are zero only where the query says so, and never without units', async () => {
    say({ 'treatment units': 100, 'control units': 900 });
    expect(await ask(counts())).toMatchObject({ status: 'no_data', reason: 'empty' });
    const zero = counts({ absentEvents: 'zero' });
    expect(await ask(zero)).toMatchObject({ status: 'ok', arms: { treatment: { events: 0, units: 100 } } });
    say({});
    expect(await ask(zero)).toMatchObject({ status: 'no_data', reason: 'empty' });
  });

  test('cumulative counters that go backwards are malformed', async () => {
    say({ 'treatment events': 3, 'treatment units': 100, 'control events': 1, 'control units': 90 });
    const query = counts({ counters: 'cumulative' });
    const before = (arm: object): AnsweredArms => ({ treatment: { kind: 'counts', events: 3, units: 100, ...arm } });
    expect(await ask(query, { previous: before({}) })).toMatchObject({ status: 'ok' });
    expect(await ask(query, { previous: before({ events: 4 }) })).toMatchObject({ class: 'malformed' });
    expect(await ask(query, { previous: before({ units: 101 }) })).toMatchObject({ class: 'malformed' });
    say({ 'treatment events': 0, 'treatment units': 0, 'control events': 1, 'control units': 90 });
    expect(await ask(query, { previous: before({}) })).toMatchObject({ class: 'malformed' });
  });

  test('negative counts are malformed', async () => {
    say({ 'treatment events': -1, 'treatment units': 100, 'control events': 1, 'control units': 90 });
    expect(await ask(counts())).toMatchObject({ status: 'error', class: 'malformed' });
  });

  test('nothing is no data, and so is one arm without the other', async () => {
    say({});
    expect(await ask(scalar)).toMatchObject({ status: 'no_data', reason: 'empty', window });
    say({ 'control value': 1 });
    expect(await ask(scalar)).toMatchObject({ status: 'no_data', reason: 'one_arm_missing' });
  });

  test('what is not a finite number, or no number, is malformed', async () => {
    expect(await askWhenSaid(replyText(wire.notFinite(window)))).toMatchObject({ status: 'error', class: 'malformed' });
    const wrongType = wire.answer('wrong-type', window);
    expect(await askWhenSaid(replyJson(wrongType))).toMatchObject({ status: 'error', class: 'malformed' });
    expect(await askWhenSaid(replyJson([]))).toMatchObject({ status: 'error', class: 'malformed' });
    expect(await askWhenSaid(replyJson('ok'))).toMatchObject({ status: 'error', class: 'malformed' });
  });

  test('an answer that nests without end breaks nobody who reads it', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(await askWhenSaid(replyText(deep))).toMatchObject({ status: 'error', class: 'malformed' });
    expect(await askWhenSaid(replyText(`{"errors": ${deep}}`, 400))).toMatchObject({ status: 'error' });
  });

  test('truncated JSON, and HTML with a good status, are malformed', async () => {
    const whole = JSON.stringify(wire.answer(1, window));
    expect(await askWhenSaid(replyText(whole.slice(0, -2)))).toMatchObject({ status: 'error', class: 'malformed' });
    const page = replyText(`<html>Sign in, ${SECRET}</html>`);
    expect(await askWhenSaid(page)).toMatchObject({ status: 'error', class: 'malformed' });
  });

  test('an answer that breaks off, and a server that is gone, are unavailable', async () => {
    const whole = JSON.stringify(wire.answer(1, window));
    expect(await askWhenSaid(replyTruncated(whole))).toMatchObject({ status: 'error', class: 'unavailable' });
    await standIn.close();
    expect(await ask(scalar)).toMatchObject({ status: 'error', class: 'unavailable' });
  });

  test('a server that asks to be left alone is left alone for so long', async () => {
    const seconds = replyText('slow down', 429, { 'retry-after': '30' });
    expect(await askWhenSaid(seconds)).toMatchObject({ class: 'rate_limited', retryAfterMs: 30_000 });
    const date = replyText('', 503, { 'retry-after': new Date(NOW_MS + 60_000).toUTCString() });
    expect(await askWhenSaid(date)).toMatchObject({ class: 'unavailable', retryAfterMs: 60_000 });
    const forever = replyText('', 429, { 'retry-after': '99999999' });
    expect(await askWhenSaid(forever)).toMatchObject({ class: 'rate_limited', retryAfterMs: 3_600_000 });
  });

  test('each refusal has its class, and none shows the secret that it repeats', async () => {
    const html = replyText(`<html>${SECRET} ${Buffer.from(SECRET).toString('base64')}</html>`, 500);
    const failed = await askWhenSaid(html);
    expect(failed).toMatchObject({ status: 'error', class: 'unavailable' });
    expect(JSON.stringify(failed)).not.toContain(Buffer.from(SECRET).toString('base64'));
    expect(await askWhenSaid(replyText('', 401))).toMatchObject({ class: 'auth' });
    expect(await askWhenSaid(replyText(SECRET, 403))).toMatchObject({ class: 'auth' });
    expect(await askWhenSaid(replyText('', 504))).toMatchObject({ class: 'timeout' });
    const { status, json } = wire.badQuery;
    expect(await askWhenSaid(replyJson(json, status))).toMatchObject({ status: 'error', class: 'bad_query' });
  });

  test('a redirect is not followed, wherever it leads', async () => {
    const redirect = replyText('', 302, { location: `http://169.254.169.254/${SECRET}` });
    expect(await askWhenSaid(redirect)).toMatchObject({ status: 'error', class: 'bad_query' });
    expect(standIn.requests.length).toBeLessThanOrEqual(2);
  });

  test('a private address that nobody allowed is not asked', async () => {
    const closed = makeProvider(wire.settings(standIn.url), 'shop/production', {
      client: createHttpClient({ platform, allowedHosts: [] }),
      secrets: new Map(['key', 'other-key'].map((name) => [name, { value: SECRET, host: standIn.host }])),
      nowMs: () => NOW_MS,
    });
    expect(await closed.query({ query: scalar, arms, window })).toMatchObject({ class: 'bad_query' });
    expect(standIn.requests).toEqual([]);
  });

  test('a certificate that nobody vouches for gets no credential', async () => {
    const impostor = await startStandIn({ tls: 'self-signed' });
    try {
      const result = await providerAt(impostor.url).query({ query: scalar, arms, window });
      expect(result).toMatchObject({ status: 'error', class: 'auth' });
      expect(impostor.requests).toEqual([]);
    } finally {
      await impostor.close();
    }
  });

  test('a secret goes to its own host alone', async () => {
    const result = await providerAt(standIn.url, 'metrics.example.com').query({ query: scalar, arms, window });
    expect(result).toMatchObject({ status: 'error', class: 'auth' });
    expect(standIn.requests).toEqual([]);
  });

  test('a slow server is a timeout, and nothing waits for it any longer', async () => {
    standIn.reply(hang);
    const result = ask(scalar);
    await expect.poll(() => standIn.requests.length).toBe(2);
    await platform.advance(wire.settings(standIn.url).timeoutMs);
    expect(await result).toMatchObject({ status: 'error', class: 'timeout' });
  });

  test('a query that is given up ends', async () => {
    standIn.reply(hang);
    const giveUp = new AbortController();
    const result = ask(scalar, { signal: giveUp.signal });
    await expect.poll(() => standIn.requests.length).toBe(2);
    giveUp.abort();
    expect(await result).toMatchObject({ status: 'error', class: 'unavailable' });
  });

  test('a hole that nothing fills is a bad query, and is not sent', async () => {
    const holed = { ...scalar, value: value.replace('args.variant', 'args.nobody') };
    expect(await ask(holed)).toMatchObject({ status: 'error', class: 'bad_query' });
    expect(await provider().validate({ query: holed, arms, window })).toHaveLength(1);
    expect(standIn.requests).toEqual([]);
  });

  test('a query is valid when it is answered, be it with nothing or not now', async () => {
    for (const reply of [replyJson(wire.answer(null, window)), replyText('', 503), replyText('', 429)]) {
      standIn.reply(reply);
      expect(await provider().validate({ query: scalar, arms, window })).toEqual([]);
    }
    standIn.reply(replyJson(wire.badQuery.json, wire.badQuery.status));
    const flaws = await provider().validate({ query: scalar, arms, window });
    expect(flaws).toEqual([expect.stringContaining('bad_query')]);
  });
}
