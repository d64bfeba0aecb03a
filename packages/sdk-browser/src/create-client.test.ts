import type { InMemoryWire } from '@tidegate/testkit';
import { buildFlag } from '@tidegate/testkit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createClient } from './create-client.ts';

type EventBatch = InMemoryWire['batches'][number];

/** Just enough of a page: the real one is driven by the end-to-end tests. */
class FakePage extends EventTarget {
  visibilityState = 'visible';

  become(state: 'visible' | 'hidden'): void {
    this.visibilityState = state;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

const SNAPSHOT = { protocol: 1, environment: 'default/production', revision: 1, flags: [buildFlag()], segments: [] };
const OPTIONS = { url: 'https://flags.example.com/', key: 'tg_web_key', context: { targetingKey: 'ann' } };

let page: FakePage;
let stored: Map<string, string>;
let sent: { url: string; init: RequestInit & { headers: Record<string, string> } }[];
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
  vi.stubGlobal('fetch', async (url: string, init: RequestInit & { headers: Record<string, string> }) => {
    sent.push({ url, init });
    return url.endsWith('/events') ? Response.json({ acknowledgedSeq: 1_000 }) : answer();
  });
});

afterEach(() => vi.unstubAllGlobals());

function batches(): EventBatch[] {
  return sent.filter(({ url }) => url.endsWith('/events')).map(({ init }) => JSON.parse(String(init.body)));
}

test('a client without a key or with a strange address is refused when it is made', () => {
  expect(() => createClient({ ...OPTIONS, key: '' })).toThrow('key: expected a browser key');
  for (const url of ['', '/flags', 'flags.example.com']) {
    expect(() => createClient({ ...OPTIONS, url })).toThrow("url: expected the server's address");
  }
});

test('values are asked for by context, without cookies', async () => {
  const client = createClient(OPTIONS);
  expect(await client.waitForInitialization()).toEqual({ source: 'server' });
  expect(sent[0]).toMatchObject({
    url: 'https://flags.example.com/sdk/v1/snapshot',
    init: {
      method: 'POST',
      credentials: 'omit',
      headers: { authorization: 'Bearer tg_web_key' },
      body: '{"context":{"targetingKey":"ann"}}',
    },
  });
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
  expect(batches()).toMatchObject([{ outcomes: { events: ['paid'] } }]);
});

test('what was recorded is sent when the page hides, in a request that outlives it', async () => {
  const client = createClient(OPTIONS);
  await client.waitForInitialization();
  client.track('paid');
  page.become('visible');
  expect(batches()).toEqual([]);
  page.become('hidden');
  await vi.waitFor(() => expect(batches()).toMatchObject([{ outcomes: { events: ['paid'] } }]));
  expect(sent.at(-1)?.init.keepalive).toBe(true);
  client.track('left');
  await client.flush();
  client.track('gone');
  page.dispatchEvent(new Event('pagehide'));
  await vi.waitFor(() => expect(batches().at(-1)).toMatchObject({ outcomes: { events: ['gone'] } }));
  await client.close();
});

test('no batch is larger than a page may leave behind', async () => {
  const client = createClient(OPTIONS);
  await client.waitForInitialization();
  for (let event = 0; event < 3_000; event++) client.track(`event-${event}`);
  await client.close();
  expect(batches().length).toBeGreaterThan(1);
  for (const { init } of sent) expect(String(init.body).length).toBeLessThanOrEqual(60_000);
  expect(batches().reduce((sum, batch) => sum + batch.outcomes.event.length, 0)).toBe(3_000);
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
