import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { buildBatch } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { runServer } from './running-server.fixture.ts';

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

test('HEAD of a snapshot says what GET would, without the body', async () => {
  const { url, keys } = await runServer();
  const [head, get] = await Promise.all(
    ['HEAD', 'GET'].map((method) => fetch(`${url}/sdk/v1/snapshot`, { method, headers: bearer(keys.serverKey) })),
  );
  expect(head?.status).toBe(200);
  expect(head?.headers.get('etag')).toBe(get?.headers.get('etag'));
  expect(await head?.text()).toBe('');
});

test('an SDK address says which methods and which keys it takes', async () => {
  const { url } = await runServer();
  const wrongMethod = await fetch(`${url}/sdk/v1/events`, { method: 'PUT' });
  expect([wrongMethod.status, wrongMethod.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
  const nobody = await fetch(`${url}/sdk/v1/snapshot`);
  expect([nobody.status, nobody.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
});

test.each(['flags?after=%00', 'rollouts?flag=%00', 'rollouts/%00', 'schedules/a%00b'])(
  'an address with U+0000, which PostgreSQL does not take, names nothing: %s',
  async (place) => {
    const { url, keys } = await runServer();
    const address = `${url}/api/v1/projects/default/environments/production/${place}`;
    const response = await fetch(address, { headers: bearer(keys.operatorToken) });
    expect([response.status, await response.json()]).toMatchObject([404, { code: 'not-found' }]);
  },
);

test('any page may ask with a browser key', async () => {
  const { url } = await runServer();
  const { status, headers } = await fetch(`${url}/sdk/v1/snapshot`, { method: 'OPTIONS' });
  expect([status, headers.get('access-control-allow-origin')]).toEqual([204, '*']);
  expect(headers.get('access-control-allow-headers')).toContain('authorization');
});

test.each([
  ['nests without end', `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
  ['has names that JavaScript gives a meaning to', '{"__proto__":{"polluted":1},"constructor":1,"toString":2}'],
])('a context that %s is a context like any other', async (_, context) => {
  const { url, keys } = await runServer();
  const body = `{"context":${context}}`;
  const response = await fetch(`${url}/sdk/v1/snapshot`, { method: 'POST', headers: bearer(keys.browserKey), body });
  expect([response.status, (await response.json()).flags]).toEqual([200, []]);
  expect(Object.prototype).not.toHaveProperty('polluted');
});

test('a beacon, which has no headers, says its browser key in the address, and no other kind of key is taken there', async () => {
  const { url, keys } = await runServer();
  const body = JSON.stringify(buildBatch({ seq: 3 }));
  const beacon = (key: string) => fetch(`${url}/sdk/v1/events?key=${key}`, { method: 'POST', body });
  expect(await (await beacon(keys.browserKey)).json()).toEqual({ acknowledgedSeq: 3 });
  expect((await beacon(keys.serverKey)).status).toBe(401);
});

test('readiness does not wait for a database that does not answer, and liveness does not ask it', async () => {
  const { url, keys } = await runServer(() => ({
    ping: () => new Promise(() => {}),
    findKeyByHash: () => new Promise(() => {}),
  }));
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  expect((await fetch(`${url}/livez`, { headers: bearer(keys.operatorToken) })).status).toBe(200);
});

test('a batch that is being written while the server stops is acknowledged, and the connection closed', async () => {
  let write = () => {};
  const gate = new Promise<void>((resolve) => {
    write = resolve;
  });
  const { url, keys, close, storage } = await runServer((real) => ({
    appendRecords: (records) => gate.then(() => real.appendRecords(records)),
  }));
  const body = JSON.stringify(buildBatch({ seq: 7 }));
  const answer = fetch(`${url}/sdk/v1/events`, { method: 'POST', headers: bearer(keys.serverKey), body });
  await delay(50);
  const closed = close();
  write();
  const response = await answer;
  expect([response.status, await response.json()]).toEqual([200, { acknowledgedSeq: 7 }]);
  await closed;
  expect((await storage.findCheckpoint('default/production'))?.position).toEqual({ local: 1 });
});

test('a client that sends on and on over one connection does not hold up a stop', async () => {
  const { url, keys, close } = await runServer();
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  const request = `GET /sdk/v1/snapshot HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${keys.serverKey}\r\n\r\n`;
  let answers = 0;
  const ended = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => {});
  socket.on('data', () => {
    answers += 1;
    socket.write(request);
  });
  socket.write(request);
  await expect.poll(() => answers).toBeGreaterThan(3);
  await close();
  await ended;
});
