import { createTestClient } from '@tidegate/sdk-node/testing';
import { buildFlag } from '@tidegate/testkit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createClient } from './create-client.ts';
import { FakePage, type SentBatch } from './page-world.fixture.ts';

const SNAPSHOT = { protocol: 1, environment: 'default/production', revision: 1, flags: [buildFlag()], segments: [] };
const OPTIONS = { url: 'https://flags.example.com/', key: 'tg_web_key', context: { targetingKey: 'ann' } };

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
const FLAG_FILE = {
  environment: 'default/production',
  flags: {
    'new-checkout': {
      kind: 'boolean',
      clientSide: 'value',
      enabled: true,
      fallthrough: { kind: 'variation', variation: 'on' },
    },
  },
} as const;

let page: FakePage;
let stored: Map<string, string>;
let sent: { url: string; init: RequestInit }[];
let answer: () => Promise<Response>;

beforeEach(() => {
  page = new FakePage();
  stored = new Map();
  sent = [];
  answer = async () => Response.json(SNAPSHOT);
  vi.stubGlobal('document', page);
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, text: string) => stored.set(name, text),
  });
  vi.stubGlobal(
    'WebSocket',
    class extends EventTarget {
      close(): void {}
    },
  );
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    sent.push({ url, init });
    return url.includes('/events') ? new Response('', { status: 202 }) : answer();
  });
});

afterEach(() => vi.unstubAllGlobals());

function batches(): SentBatch[] {
  return sent.filter(({ url }) => url.includes('/events')).map(({ init }) => JSON.parse(String(init.body)));
}

test('a client without a key or with a strange address is refused when it is made', () => {
  expect(() => createClient({ ...OPTIONS, key: '' })).toThrow('key: none');
  for (const url of ['', '/flags', 'flags.example.com']) {
    expect(() => createClient({ ...OPTIONS, url })).toThrow('Invalid URL');
  }
});

test('values are asked for by context, without cookies and without headers', async () => {
  const client = createClient(OPTIONS);
  expect(await client.waitForInitialization()).toEqual({ source: 'server' });
  expect(sent[0]).toMatchObject({
    url: 'https://flags.example.com/sdk/v1/snapshot?key=tg_web_key',
    init: { method: 'POST', credentials: 'omit', body: '{"context":{"targetingKey":"ann"}}' },
  });
  // A header of its own would cost a page of another origin a round trip for the permission to send it.
  expect(sent[0]?.init.headers).toBeUndefined();
  await client.close();
});

test('the next page answers from the cache in its first turn', async () => {
  const first = createClient(OPTIONS);
  await first.waitForInitialization();
  page.become('hidden');
  await first.close();
  const second = createClient(OPTIONS);
  expect(second.variationDetail('new-checkout', false)).toMatchObject({ value: true, reason: 'CACHED' });
  const other = createClient({ ...OPTIONS, context: { targetingKey: 'bob' } });
  expect(other.variationDetail('new-checkout', false).errorCode).toBe('PROVIDER_NOT_READY');
  const without = createClient({ ...OPTIONS, cache: false });
  expect(without.variationDetail('new-checkout', false).errorCode).toBe('PROVIDER_NOT_READY');
  await Promise.all([second, other, without].map((client) => client.close()));
});

test('a page that may not have localStorage works without', async () => {
  vi.stubGlobal('localStorage', undefined);
  const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const client = createClient({ ...OPTIONS, logger });
  await client.waitForInitialization();
  expect(client.variation('new-checkout', false)).toBe(true);
  await client.close();
});

test('a worker, which has no document and no localStorage, has a client like any other', async () => {
  vi.stubGlobal('document', undefined);
  vi.stubGlobal('localStorage', undefined);
  const client = createClient({
    ...OPTIONS,
    logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  await client.waitForInitialization();
  expect(client.variation('new-checkout', false)).toBe(true);
  client.track('paid');
  expect(await client.close()).toBe(true);
  expect(batches()).toMatchObject([{ rows: [{ event: 'paid' }] }]);
});

test('what was recorded is sent when the page hides, in a request that outlives it', async () => {
  const client = createClient(OPTIONS);
  await client.waitForInitialization();
  client.track('paid');
  page.become('visible');
  expect(batches()).toEqual([]);
  page.become('hidden');
  await vi.waitFor(() => expect(batches()).toMatchObject([{ rows: [{ event: 'paid' }] }]));
  expect(sent.at(-1)?.init.keepalive).toBe(true);
  client.track('left');
  await client.flush();
  client.track('gone');
  page.dispatchEvent(new Event('pagehide'));
  await vi.waitFor(() => expect(batches().at(-1)).toMatchObject({ rows: [{ event: 'gone' }] }));
  await client.close();
});

test('no batch is larger than a page may leave behind', async () => {
  const client = createClient(OPTIONS);
  await client.waitForInitialization();
  for (let event = 0; event < 3_000; event++) client.track(`event-${event}`);
  await client.close();
  expect(batches().length).toBeGreaterThan(1);
  for (const { init } of sent) expect(String(init.body).length).toBeLessThanOrEqual(60_000);
  expect(sent.at(-1)?.init.keepalive).toBe(true);
  expect(batches().reduce((sum, batch) => sum + batch.rows.length, 0)).toBe(3_000);
});

test('what is more than a page may leave behind goes without keepalive, in whatever script it is written', async () => {
  const client = createClient(OPTIONS);
  await client.waitForInitialization();
  for (let event = 0; event < 200; event++) client.track('付'.repeat(100));
  await client.close();
  const { body, keepalive } = sent.at(-1)?.init ?? {};
  expect(String(body).length).toBeLessThan(60_000);
  expect(keepalive).toBe(false);
});

test('a page that goes to sleep gives its line up, and asks anew when it wakes', async () => {
  const client = createClient(OPTIONS);
  await client.waitForInitialization();
  await vi.waitFor(() => expect(client.status().connection).toBe('connecting'));
  for (const [sleep, wake] of [
    ['freeze', 'resume'],
    ['pagehide', 'pageshow'],
  ] as const) {
    const before = sent.length;
    page.dispatchEvent(new Event(sleep));
    expect(client.status().connection).toBe('idle');
    expect(client.variation('new-checkout', false)).toBe(true);
    page.dispatchEvent(new Event(wake));
    page.dispatchEvent(new Event(wake));
    expect(client.status().connection).toBe('fetching');
    await vi.waitFor(() => expect(client.status().connection).toBe('connecting'));
    expect(sent.slice(before).filter(({ url }) => url.includes('/snapshot')).length).toBe(1);
  }
  await client.close();
  page.dispatchEvent(new Event('pageshow'));
  expect(client.status().connection).toBe('closed');
});

test('where a request may not outlive the page, a beacon does, and the batch comes again under its number', async () => {
  const beacons: [url: string, body: string][] = [];
  vi.stubGlobal('navigator', { sendBeacon: (url: string, body: string) => beacons.push([url, body]) > 0 });
  let mayLeave = false;
  const fetchNow = fetch;
  vi.stubGlobal('fetch', (url: string, init: RequestInit) =>
    init.keepalive && !mayLeave ? Promise.reject(new TypeError('too much is in flight')) : fetchNow(url, init),
  );
  const client = createClient({ ...OPTIONS, logger: SILENT });
  await client.waitForInitialization();
  client.track('left');
  page.become('hidden');
  // A failure is repeated after a random while, so there may be more than one already.
  await vi.waitFor(() => expect(beacons).not.toEqual([]));
  expect(beacons[0]?.[0]).toBe('https://flags.example.com/sdk/v1/events?key=tg_web_key');
  mayLeave = true;
  expect(await client.close()).toBe(true);
  expect(batches()).toMatchObject([{ seq: JSON.parse(beacons[0]?.[1] ?? '').seq, rows: [{ event: 'left' }] }]);
});

test('private attributes are read by the rules of the page, and neither sent nor stored', async () => {
  const condition = { attribute: 'email', operator: 'endsWith', values: ['@example.com'] } as const;
  const rules = [{ id: 'us', condition, serve: { kind: 'variation', variation: 'on' } }] as const;
  const fallthrough = { kind: 'variation', variation: 'off' } as const;
  answer = async () => Response.json({ ...SNAPSHOT, flags: [buildFlag({ rules, fallthrough })] });
  const context = { targetingKey: 'ann', email: 'ann@example.com' };
  const client = createClient({ ...OPTIONS, context, privateAttributes: ['email', 'absent'] });
  await client.waitForInitialization();
  expect(client.variation('new-checkout', false)).toBe(true);
  await client.setContext({ targetingKey: 'ann', email: 'ann@elsewhere.com' });
  expect(client.variation('new-checkout', true)).toBe(false);
  await client.close();
  expect(sent.map(({ init }) => init.body)).not.toContainEqual(expect.stringContaining('example.com'));
  expect([...stored.values()].join()).not.toContain('ann');
});

test('with a bootstrap the first answers need no request, and one for another unit is not taken', async () => {
  const server = createTestClient({ file: FLAG_FILE });
  const bootstrap = server.bootstrap(OPTIONS.context);
  answer = () => new Promise(() => undefined);
  const client = createClient({ ...OPTIONS, bootstrap });
  expect(client.variationDetail('new-checkout', false)).toMatchObject({ value: true, reason: 'STATIC' });
  expect(client.status().source).toBe('bootstrap');
  expect(await client.waitForInitialization()).toEqual({ source: 'bootstrap' });
  const warnings: string[] = [];
  const other = createClient({
    ...OPTIONS,
    bootstrap,
    context: { targetingKey: 'bob' },
    logger: { ...SILENT, warn: (line) => warnings.push(line) },
  });
  expect(other.variationDetail('new-checkout', false).errorCode).toBe('PROVIDER_NOT_READY');
  expect(warnings).toEqual(['tidegate: bootstrap: of another unit']);
  await Promise.all([client, other].map((one) => one.close()));
});

test('closed clients leave no timer, and clients that are not share none', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const clients = Array.from({ length: 5 }, () => createClient({ ...OPTIONS, logger: SILENT }));
  const late = clients.map((client) => client.setContext({ targetingKey: 'bob' }));
  for (const client of clients) client.track('paid');
  expect(vi.getTimerCount()).toBeGreaterThan(0);
  await Promise.all(clients.map((client) => client.close()));
  await Promise.all(late);
  expect(vi.getTimerCount()).toBe(0);
  expect(new Set(batches().map(({ instance }) => instance)).size).toBe(5);
  vi.useRealTimers();
});

test('a closed client leaves no listeners on the page', async () => {
  const client = createClient(OPTIONS);
  await client.waitForInitialization();
  await client.close();
  const before = sent.length;
  page.become('hidden');
  page.dispatchEvent(new Event('pagehide'));
  expect(sent.length).toBe(before);
});
