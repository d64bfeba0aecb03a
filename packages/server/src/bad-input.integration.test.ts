import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { manualClock } from '@tidegate/testkit';
import request from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { BASE, openRestApi, type RestApi } from './rest-api.fixture.ts';

const FLAGS = `${BASE}/flags`;
const MEGABYTE = 1_000_000;
let api: RestApi;

beforeAll(async () => {
  api = await openRestApi({ nowMs: manualClock(1_700_000_000_000).nowMs });
});
afterAll(() => api.close());
/** Whatever was sent: it answers as before, and no object has learned anything new. */
afterEach(async () => {
  expect(Object.keys(Object.getOwnPropertyDescriptors(Object.prototype)).sort()).toEqual(pristine);
  await post('{"key":"canary"}').then((reply) => expect([201, 409]).toContain(reply.status));
});
const pristine = Object.keys(Object.getOwnPropertyDescriptors(Object.prototype)).sort();

const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
  request(api.app)
    .post(FLAGS)
    .set({ authorization: `Bearer ${api.keys.admin}`, 'content-type': 'application/json', ...headers })
    // Bytes as they are: supertest would parse and format a text.
    .serialize((bytes) => bytes)
    .send(body as string);

const refused = async (body: string | Buffer, headers?: Record<string, string>) => {
  const reply = await post(body, headers);
  expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(reply.body).toMatchObject({ status: reply.status, instance: reply.headers['x-request-id'] });
  return { code: reply.body.code, status: reply.status, errors: reply.body.errors, detail: reply.body.detail };
};

describe('a body', () => {
  test.each(['{', 'nonsense', '{"key":}', '\u0000', '{"key":"a"}{}'])('that is not JSON: %j', async (body) => {
    expect(await refused(body)).toMatchObject({ code: 'malformed-json', status: 400 });
  });

  test.each(['null', '[]', '"text"', '1', 'true'])('that is JSON of another sort: %s', async (body) => {
    expect(await refused(body)).toMatchObject({ code: 'invalid-request', status: 400 });
  });

  test('of another media type', async () => {
    const typed = (type: string) => refused('{"key":"a"}', { 'content-type': type });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1']) {
      expect(await typed(type)).toMatchObject({ code: 'unsupported-media-type', status: 415 });
    }
  });

  test('in an encoding that is not spoken, or not what it says', async () => {
    expect(await refused('x', { 'content-encoding': 'br' })).toMatchObject({ code: 'unsupported-encoding' });
    expect(await refused('x', { 'content-encoding': 'gzip' })).toMatchObject({ code: 'malformed-json' });
  });

  test('of 10 MB, declared or not, plain or as a gzip bomb', async () => {
    const large = Buffer.from(JSON.stringify({ key: 'a', description: 'x'.repeat(10 * MEGABYTE) }));
    const tooLarge = { code: 'body-too-large', status: 413, detail: expect.stringContaining('1000000 bytes') };
    expect(await refused(large)).toMatchObject(tooLarge);
    expect(await refused(gzipSync(large), { 'content-encoding': 'gzip' })).toMatchObject(tooLarge);
    expect(await sendInChunks(large)).toMatchObject({ code: 'body-too-large', status: 413 });
  });

  test('nested a hundred thousand levels deep', async () => {
    const deep = (depth: number) => `{"key":"a","description":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    for (const depth of [41, 100_000]) {
      const reply = await refused(deep(depth));
      expect(reply).toMatchObject({ code: 'invalid-request', detail: expect.stringContaining('at most 40 levels') });
    }
  });

  test('of a megabyte of empty objects', async () => {
    const body = `{"key":"a","rules":[{"id":"r","condition":{"all":[${Array(300_000).fill('{}').join(',')}]}}]}`;
    const reply = await refused(body);
    expect(reply).toMatchObject({ code: 'invalid-request', detail: expect.stringContaining('at most 10000 objects') });
  });

  test.each(['__proto__', 'constructor', 'prototype'])('with a member called %s, anywhere', async (name) => {
    const member = `"${name}":{"polluted":true}`;
    for (const body of [`{"key":"a",${member}}`, `{"key":"a","variations":[{"key":"x","value":{${member}}}]}`]) {
      const reply = await refused(body);
      expect(reply).toMatchObject({ code: 'invalid-request', errors: [{ detail: `no member may be called ${name}` }] });
    }
  });

  test.each([
    ['a wrong type', { key: 7 }, '/key'],
    ['an unknown member', { key: 'a', colour: 'red' }, '/colour'],
    ['an unknown member far inside', { key: 'a', targets: [{ variation: 'on', keys: [], x: 1 }] }, '/targets/0/x'],
    ['a key that is none', { key: '../a' }, '/key'],
    ['an unknown operator', rule({ attribute: 'a', operator: 'like', values: [1] }), '/rules/0/condition/operator'],
    ['two conditions in one', rule({ all: [], any: [] }), '/rules/0/condition'],
    ['a flaw deep in a tree', rule({ all: [{ not: { segment: 7 } }] }), '/rules/0/condition/all/0/not/segment'],
    ['no condition at all', rule([]), '/rules/0/condition'],
    ['an unknown kind of serve', { key: 'a', fallthrough: { kind: 'coin' } }, '/fallthrough/kind'],
    ['a fraction of a position', { key: 'a', fallthrough: split([[0, 0.5]]) }, '/fallthrough/ranges/0/toPpm'],
    ['a number that overflows', { key: 'a', variations: [{ key: 'x', value: 'INFINITY' }] }, '/variations/0/value'],
  ])('with %s', async (_name, body, pointer) => {
    const reply = await refused(JSON.stringify(body).replace('"INFINITY"', '1e999'));
    expect(reply).toMatchObject({ code: 'invalid-request', status: 400 });
    expect(reply.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  });

  test.each([
    ['a variation of another kind', { variations: [{ key: 'x', value: 'text' }] }, 'variation-type'],
    ['a variation that is not there', { offVariation: 'maybe' }, 'unknown-variation'],
    ['a target of a variation that is not there', { targets: [{ variation: 'maybe', keys: [] }] }, 'unknown-variation'],
    ['two variations of one key', { variations: Array(2).fill({ key: 'x', value: true }) }, 'duplicate-id'],
    ['two rules of one id', { rules: Array(2).fill(rule({ all: [] }).rules[0]) }, 'duplicate-id'],
    ['a split that leaves somebody out', { fallthrough: split([[0, 999_999]]) }, 'split-sum'],
    [
      'a split with a gap',
      {
        fallthrough: split([
          [0, 10],
          [11, 1_000_000],
        ]),
      },
      'split-sum',
    ],
    [
      'a split with an overlap',
      {
        fallthrough: split([
          [0, 10],
          [9, 1_000_000],
        ]),
      },
      'split-sum',
    ],
    ['a segment that is not there', rule({ segment: 'nobody' }), 'unknown-segment'],
    ['a text where a number is compared', rule(leaf('lessThan', 'ten')), 'invalid-condition-value'],
    ['no version where versions are compared', rule(leaf('semverLessThan', '1.x')), 'invalid-condition-value'],
    ['no instant where instants are compared', rule(leaf('before', 'tomorrow')), 'invalid-condition-value'],
    ['a value where presence is asked', rule(leaf('exists', true)), 'invalid-condition-value'],
    ['no value where one is needed', rule({ attribute: 'a', operator: 'in', values: [] }), 'invalid-condition-value'],
    [
      'a prerequisite that is not there',
      { prerequisites: [{ flag: 'z', variations: ['on'] }] },
      'unknown-prerequisite',
    ],
    ['itself as prerequisite', { prerequisites: [{ flag: 'a', variations: ['on'] }] }, 'cyclic-prerequisite'],
  ])('that has %s', async (_name, members, code) => {
    const reply = await refused(JSON.stringify({ ...members, key: 'a' }));
    expect(reply).toMatchObject({ code, status: 422 });
  });

  test.each([
    ['variations', Array.from({ length: 101 }, (_, index) => ({ key: `v${index}`, value: true })), '<=100 items'],
    [
      'rules',
      Array.from({ length: 501 }, (_, index) => ({ ...rule({ all: [] }).rules[0], id: `r${index}` })),
      '<=500 items',
    ],
    ['targets', [{ variation: 'on', keys: Array.from({ length: 10_001 }, String) }], '<=10000 items'],
    ['description', 'x'.repeat(2_001), '<=2000 characters'],
  ])('whose %s go beyond the limit is told the limit', async (member, value, limit) => {
    const reply = await refused(JSON.stringify({ key: 'a', [member]: value }));
    expect(reply).toMatchObject({ code: 'invalid-request', errors: [{ detail: expect.stringContaining(limit) }] });
  });
});

describe('an address', () => {
  const get = (path: string) => request(api.app).get(path).set('authorization', `Bearer ${api.keys.admin}`);

  test.each([
    '/nowhere',
    '/api/v1',
    `${FLAGS}/unknown`,
    `${FLAGS}/__proto__`,
    `${FLAGS}/constructor`,
    `${FLAGS}/toString`,
    `${FLAGS}/%00`,
    `${FLAGS}/%E0%A4%A`,
    `${FLAGS}/a%2Fb`,
    '/api/v1/projects/__proto__/environments/x/flags',
    '/api/v1/projects/default/environments/nowhere/flags',
    '/api/v1/projects/nowhere/environments',
    '/api/v1/projects/nowhere',
  ])('where nothing is: %s', async (path) => {
    const reply = await get(path);
    expect(reply.body).toMatchObject({ code: 'not-found', status: 404 });
  });

  test('that takes another method says which', async () => {
    const reply = await request(api.app).delete(FLAGS).set('authorization', `Bearer ${api.keys.admin}`);
    expect(reply.body.code).toBe('method-not-allowed');
    expect(reply.headers['allow']).toBe('GET, POST, HEAD');
  });

  test.each(['limit=0', 'limit=201', 'limit=x', 'limit=1&limit=2', 'colour=red', 'archived=1', '__proto__=1'])(
    'with a query that is not documented: %s',
    async (query) => {
      expect((await get(`${FLAGS}?${query}`)).body).toMatchObject({ code: 'invalid-request', status: 400 });
    },
  );

  test.each(['17', '"x"', 'W/"1"', '*', '"1", "2"'])('with an If-Match that no ETag is: %s', async (ifMatch) => {
    const reply = await request(api.app)
      .patch(`${FLAGS}/canary`)
      .set({ authorization: `Bearer ${api.keys.admin}`, 'if-match': ifMatch })
      .send({ enabled: true });
    expect(reply.body.code).toBe('precondition-failed');
  });
});

function rule(condition: unknown) {
  return { key: 'a', rules: [{ id: 'r', condition, serve: { kind: 'variation', variation: 'on' } }] };
}

function leaf(operator: string, value: unknown) {
  return { attribute: 'a', operator, values: [value] };
}

function split(ranges: readonly (readonly [number, number])[]) {
  return { kind: 'split', ranges: ranges.map(([fromPpm, toPpm]) => ({ fromPpm, toPpm, variation: 'on' })) };
}

/** Without a Content-Length, so that only reading shows how long it is. */
async function sendInChunks(body: Buffer): Promise<{ status: number; code: string }> {
  const server = api.app.listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const { port } = server.address() as AddressInfo;
  try {
    return await new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${api.keys.admin}`, 'content-type': 'application/json' };
      const call = httpRequest({ port, host: '127.0.0.1', path: FLAGS, method: 'POST', headers }, async (reply) => {
        const chunks: Buffer[] = [];
        for await (const chunk of reply) chunks.push(chunk as Buffer);
        resolve({ status: reply.statusCode ?? 0, code: JSON.parse(Buffer.concat(chunks).toString()).code });
      });
      call.on('error', reject);
      for (let at = 0; at < body.length; at += 65_536) call.write(body.subarray(at, at + 65_536));
      call.end();
    });
  } finally {
    server.close();
  }
}
