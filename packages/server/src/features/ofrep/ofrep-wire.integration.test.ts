import { expect, onTestFinished, test } from 'vitest';
import { type RunningServer, runServer } from '../../running-server.fixture.ts';
import { operator } from './operator.fixture.ts';

const EVALUATE = '/ofrep/v1/evaluate/flags';
const ANN = JSON.stringify({ context: { targetingKey: 'ann' } });

interface Ask {
  readonly key?: string;
  readonly path?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

function ask({ url, keys }: RunningServer, { key = keys.serverKey, path = '', body = ANN, headers = {} }: Ask = {}) {
  return fetch(`${url}${EVALUATE}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body,
  });
}

/** The stream that an answer names, read as text. */
async function openStream(server: RunningServer, options: { key?: string; lastEventId?: string } = {}) {
  const { eventStreams } = await (await ask(server, options)).json();
  const abort = new AbortController();
  onTestFinished(() => abort.abort());
  const { lastEventId } = options;
  const response = await fetch(`${server.url}${eventStreams[0].endpoint.requestUri}`, {
    headers: { ...(lastEventId !== undefined && { 'last-event-id': lastEventId }) },
    signal: abort.signal,
  });
  let text = '';
  const ended = (async () => {
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) text += chunk;
  })().catch(() => undefined);
  const messages = () => [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JSON.parse(data));
  return { response, ended, text: () => text, messages };
}

test.each<[what: string, asked: Ask, status: number, body: object]>([
  ['no JSON', { body: '{' }, 400, { errorCode: 'PARSE_ERROR' }],
  ['nothing', { body: '' }, 400, { errorCode: 'PARSE_ERROR' }],
  ['no object', { body: '7' }, 400, { errorCode: 'PARSE_ERROR' }],
  ['what is not gzip', { headers: { 'content-encoding': 'gzip' } }, 400, { errorCode: 'PARSE_ERROR' }],
  ['a context that is a text', { body: '{"context":"ann"}' }, 400, { errorCode: 'INVALID_CONTEXT' }],
  [
    'a targeting key that is a list',
    { body: '{"context":{"targetingKey":[]}}' },
    400,
    { errorCode: 'INVALID_CONTEXT' },
  ],
  [
    'a context without end',
    { body: `{"context":{"a":"${'x'.repeat(64_000)}"}}` },
    400,
    { errorCode: 'INVALID_CONTEXT' },
  ],
])('%s is refused in the words of the protocol, for one flag and for all', async (_, asked, status, body) => {
  const server = await runServer();
  const all = await ask(server, asked);
  expect([all.status, await all.json()]).toEqual([status, { ...body, errorDetails: expect.any(String) }]);
  const one = await ask(server, { ...asked, path: '/some%20flag' });
  expect([one.status, await one.json()]).toEqual([
    status,
    { key: 'some flag', ...body, errorDetails: expect.any(String) },
  ]);
});

test.each([
  ['nests without end', `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
  ['has names that JavaScript gives a meaning to', '{"__proto__":{"polluted":1},"constructor":1,"toString":2}'],
])('a context that %s is a context like any other', async (_, context) => {
  const server = await runServer();
  expect((await ask(server, { body: `{"context":${context}}` })).status).toBe(200);
  expect((await ask(server, { body: `{"context":${context}}`, path: '/__proto__' })).status).toBe(404);
  expect(Object.prototype).not.toHaveProperty('polluted');
});

test('a flag that is not there is 404, one that lacks its unit 400, and among all flags an entry', async () => {
  const server = await runServer();
  const ranges = [{ fromPpm: 0, toPpm: 1_000_000, variation: 'on' }];
  await operator(server).create({ key: 'split', fallthrough: { kind: 'split', ranges } });
  const missing = { key: 'split', errorCode: 'TARGETING_KEY_MISSING', errorDetails: expect.any(String) };
  const nobody = { body: '{"context":{}}' };
  const nowhere = await ask(server, { path: '/nowhere' });
  expect([nowhere.status, await nowhere.json()]).toEqual([
    404,
    { key: 'nowhere', errorCode: 'FLAG_NOT_FOUND', errorDetails: 'There is no flag "nowhere".' },
  ]);
  const one = await ask(server, { path: '/split', ...nobody });
  expect([one.status, await one.json()]).toEqual([400, missing]);
  const all = await ask(server, nobody);
  expect([all.status, (await all.json()).flags]).toEqual([200, [missing]]);
});

test('a flag that serves the caller’s own default is answered without a value', async () => {
  const server = await runServer();
  await operator(server).create({ key: 'own', fallthrough: { kind: 'variation', variation: '$default' } });
  const answer = await ask(server, { path: '/own' });
  expect([answer.status, await answer.json()]).toEqual([
    200,
    { key: 'own', reason: 'STATIC', metadata: { environment: 'default/production', revision: expect.any(Number) } },
  ]);
});

test('a rule that asks for the time is told it', async () => {
  const server = await runServer();
  const condition = { attribute: '$now', operator: 'after', values: ['2026-01-01T00:00:00Z'] };
  const rules = [{ id: 'since-new-year', condition, serve: { kind: 'variation', variation: 'on' } }];
  await operator(server).create({ key: 'timed', rules });
  expect(await (await ask(server, { path: '/timed' })).json()).toMatchObject({ variant: 'on' });
});

test('a failure of ours is 500, and says so in the words of the protocol', async () => {
  const server = await runServer(() => ({ readSnapshot: () => Promise.reject(new Error('away')) }));
  const all = await ask(server);
  const failure = { errorCode: 'GENERAL', errorDetails: expect.not.stringContaining('away') };
  expect([all.status, await all.json()]).toEqual([500, failure]);
  const one = await ask(server, { path: '/a' });
  expect([one.status, await one.json()]).toEqual([500, { key: 'a', ...failure }]);
});

test('keys that are unknown or an operator’s are refused without a word about flags', async () => {
  const server = await runServer();
  const { operatorToken } = server.keys;
  expect((await ask(server, { key: `tg_srv_${'A'.repeat(43)}` })).status).toBe(401);
  expect((await ask(server, { key: operatorToken })).status).toBe(403);
  expect((await ask(server, { headers: { authorization: 'Basic x', 'x-api-key': operatorToken } })).status).toBe(403);
});

test('an answer that is held is not sent again, until it is another', async () => {
  const server = await runServer();
  const flag = await operator(server).create({ key: 'banner', fallthrough: { kind: 'variation', variation: 'off' } });
  const first = await ask(server);
  const etag = first.headers.get('etag') ?? '';
  expect(etag).toMatch(/^"[\w-]{43}"$/);
  const again = await ask(server, { headers: { 'if-none-match': etag } });
  expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, '']);
  await operator(server).patch(flag, { fallthrough: { kind: 'variation', variation: 'on' } });
  await expect.poll(async () => (await ask(server, { headers: { 'if-none-match': etag } })).status).toBe(200);
});

test.each(['value', 'rules'])(
  'a browser that gets a flag as %s is told what it gets, and nothing else',
  async (clientSide) => {
    const server = await runServer();
    const { create, createSegment } = operator(server);
    await createSegment({ key: 'hidden-segment', included: ['hidden-member'] });
    const condition = {
      any: [{ segment: 'hidden-segment' }, { attribute: 'plan', operator: 'equals', values: ['gold'] }],
    };
    const rules = [{ id: 'hidden-rule', condition, serve: { kind: 'variation', variation: 'on' } }];
    await create({ key: 'hidden-flag' });
    await create({ key: 'shown', clientSide, rules });
    const ranges = [{ fromPpm: 0, toPpm: 1_000_000, variation: 'on' }];
    await create({ key: 'broken', clientSide, fallthrough: { kind: 'split', unit: 'hidden.unit', ranges } });
    await expect.poll(async () => (await (await ask(server)).json()).flags).toHaveLength(3);
    const { browserKey: key } = server.keys;
    const all = await (await ask(server, { key, body: '{"context":{"plan":"gold"}}' })).text();
    expect(JSON.parse(all).flags).toEqual([
      { key: 'broken', errorCode: 'TARGETING_KEY_MISSING', errorDetails: expect.any(String) },
      { key: 'shown', reason: 'TARGETING_MATCH', variant: 'on', value: true, metadata: expect.any(Object) },
    ]);
    const one = await (await ask(server, { key, path: '/broken' })).text();
    const hidden = await ask(server, { key, path: '/hidden-flag' });
    expect(hidden.status).toBe(404);
    expect(`${all}${one}`).not.toContain('hidden');
  },
);

test('a browser cannot tell that something changed which is none of its business', async () => {
  const server = await runServer();
  const key = server.keys.browserKey;
  const banner = await operator(server).create({ key: 'banner', clientSide: 'value' });
  const secret = await operator(server).create({ key: 'secret' });
  await expect.poll(async () => (await (await ask(server)).json()).flags).toHaveLength(2);
  const page = await openStream(server, { key });
  const other = await openStream(server);
  const etag = (await ask(server, { key })).headers.get('etag') ?? '';
  await operator(server).patch(secret, { description: 'more secret' });
  await expect.poll(other.messages).toHaveLength(1);
  expect((await ask(server, { key, headers: { 'if-none-match': etag } })).status).toBe(304);
  const { revision } = await operator(server).patch(banner, { enabled: false });
  await expect.poll(page.messages).toMatchObject([{ etag: `"${revision}"` }]);
});

test('a node that is behind the change that a client was told of reads on before it answers', async () => {
  const server = await runServer(() => ({ onChange: () => () => undefined }));
  expect((await (await ask(server)).json()).flags).toEqual([]);
  const { revision } = await operator(server).create({ key: 'new' });
  const path = `?flagConfigEtag=${encodeURIComponent(`"${revision}"`)}&flagConfigLastModified=2026-01-01T00:00:00Z`;
  expect((await (await ask(server, { path })).json()).flags).toMatchObject([{ key: 'new' }]);
  expect((await ask(server, { path: '?flagConfigEtag=another&flagConfigLastModified=yesterday' })).status).toBe(200);
});

test('the stream tells of a change with its configuration, and a client that missed one at once', async () => {
  const server = await runServer();
  const before = await openStream(server);
  expect(before.response.headers.get('content-type')).toBe('text/event-stream');
  const { revision, updatedAtMs } = await operator(server).create({ key: 'new' });
  await expect
    .poll(before.messages)
    .toEqual([{ type: 'refetchEvaluation', etag: `"${revision}"`, lastModified: new Date(updatedAtMs).toISOString() }]);
  expect(before.text()).toMatch(/^retry: [1-4]\d{3}\nid: \d+\n\n/);
  expect(before.text()).toContain(`event: message\nid: ${revision}\ndata: `);
  const behind = await openStream(server, { lastEventId: String(revision - 1) });
  await expect.poll(behind.messages).toMatchObject([{ etag: `"${revision}"` }]);
  const current = await openStream(server, { lastEventId: String(revision) });
  await expect.poll(current.text).toContain(`id: ${revision}`);
  expect(current.messages()).toEqual([]);
});

test('a stream opens with a ticket alone, and ends with the server', async () => {
  const server = await runServer();
  const { eventStreams } = await (await ask(server)).json();
  const uri: string = eventStreams[0].endpoint.requestUri;
  expect(eventStreams).toEqual([{ type: 'sse', endpoint: { requestUri: uri }, inactivityDelaySec: 120 }]);
  const statusOf = async (address: string, headers = {}) =>
    (await fetch(`${server.url}${address}`, { method: 'HEAD', headers })).status;
  expect(await statusOf(uri)).toBe(200);
  expect(await statusOf(uri.replace(/.$/, (last) => (last === 'A' ? 'E' : 'A')))).toBe(401);
  expect(await statusOf('/ofrep/v1/stream', { authorization: `Bearer ${server.keys.serverKey}` })).toBe(401);
  const stream = await openStream(server);
  await server.close();
  await stream.ended;
});

test('any page may ask with a browser key in either header', async () => {
  const { url } = await runServer();
  const { status, headers } = await fetch(`${url}${EVALUATE}/a`, { method: 'OPTIONS' });
  expect([status, headers.get('access-control-allow-origin')]).toEqual([204, '*']);
  expect(headers.get('access-control-allow-headers')).toContain('x-api-key');
  expect(headers.get('access-control-expose-headers')).toContain('etag');
});
