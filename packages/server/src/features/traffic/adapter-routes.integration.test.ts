import request from 'supertest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BASE, openRestApi, type RestApi } from '../../rest-api.fixture.ts';

let api: RestApi;
beforeAll(async () => {
  api = await openRestApi({
    nowMs: () => 1_700_000_000_000,
    traffic: new Map([
      ['default/production', { haproxy: ['10.0.0.7:9999'], nginx: {} }],
      ['default/elsewhere', { haproxy: ['10.0.0.8:9999'], nginx: {} }],
    ]),
  });
});
afterAll(() => api.close());

const save = (settings: object, key = 'balancer') =>
  request(api.app).put(`${BASE}/adapters/${key}`).set('authorization', `Bearer ${api.keys.editor}`).send(settings);
const arms = { treatment: ['new'], control: ['old'] };
const balancer = { kind: 'haproxy', address: '10.0.0.7:9999', backend: 'app', ...arms };
const edge = { kind: 'nginx', site: 'edge', unit: '$remote_addr', treatment: 'new', control: 'old' };

test('an adapter is saved in versions with its defaults, and told without any weight at first', async () => {
  const first = await save(balancer).expect(200);
  expect(first.body).toMatchObject({ key: 'balancer', version: 1, weight: null, settings: { onDrift: 'mend' } });
  expect((await save(balancer).expect(200)).body.version).toBe(1);
  expect((await save({ ...balancer, checkMs: 1_000 }).expect(200)).body.version).toBe(2);
  const list = await request(api.app).get(`${BASE}/adapters`).set('authorization', `Bearer ${api.keys.reader}`);
  expect(list.body.items).toMatchObject([{ key: 'balancer', version: 2 }]);
});

test('who has read an adapter is told its weight anew, although its settings are the same', async () => {
  const read = await request(api.app)
    .get(`${BASE}/adapters/balancer`)
    .set('authorization', `Bearer ${api.keys.reader}`);
  expect(read.headers['etag']).toBeUndefined();
  await request(api.app)
    .get(`${BASE}/adapters/balancer`)
    .set({ authorization: `Bearer ${api.keys.reader}`, 'if-none-match': `"${read.body.version}"` })
    .expect(200);
});

test.each([
  ['a runtime API of another environment', { ...balancer, address: '10.0.0.8:9999' }],
  ['a site that is not configured', edge],
  [
    'a folder that is not configured',
    { kind: 'istio', name: 'x', hosts: ['x'], treatment: { host: 'a' }, control: { host: 'b' } },
  ],
  ['a secret that is not there', { kind: 'webhook', url: 'https://mesh.example.com/', secret: 'mesh' }],
])('%s is not reached from here, whatever a document says', async (_, settings) => {
  expect((await save(settings, 'other').expect(422)).body.code).toBe('invalid-adapter');
});

test.each([
  ['a backend that goes on with another command', { ...balancer, backend: 'app;shutdown frontend all' }],
  ['a server on the next line', { ...balancer, control: ['old weight 1\nshutdown'] }],
  ['a path that is no socket’s', { ...balancer, address: '../admin.sock' }],
  ['a unit that ends its quotes', { ...edge, unit: '" { } include /etc/shadow;' }],
  ['an upstream that ends its line', { ...edge, treatment: 'new; return 200' }],
  ['an address of files', { kind: 'webhook', url: 'file:///etc/passwd', secret: 'mesh' }],
  ['a command', { ...edge, reload: { command: ['/bin/sh'] } }],
])('%s is refused by its form', async (_, settings) => {
  await save(settings, 'other').expect(400);
});
