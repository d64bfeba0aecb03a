import { connect } from 'node:net';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createServer } from '../../create-server.ts';
import { REQUESTS_PER_SECOND } from '../../http/request-budget.ts';
import { manualPlatform } from '../../manual-platform.fixture.ts';
import { openSqliteStorage } from '../../storage/sqlite/sqlite-storage.ts';
import { setUpFirstEnvironment } from '../environments/index.ts';

const EVALUATE = '/ofrep/v1/evaluate/flags';

/** A whole server whose time only the test moves. */
async function runServerInTime() {
  const platform = manualPlatform((error) => {
    throw error;
  });
  const storage = openSqliteStorage({ file: ':memory:' });
  await storage.migrate();
  const keys = await setUpFirstEnvironment({ ...platform, storage });
  if (keys === null) throw new Error('the storage was not empty');
  const logged: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line) => void logged.push(line) });
  const server = await createServer({
    host: '127.0.0.1',
    port: 0,
    node: 'test',
    shutdownMs: 1_000,
    platform,
    storage,
    log,
  });
  onTestFinished(async () => {
    await server.close();
    await storage.close();
  });
  const ask = () => {
    const headers = { authorization: `Bearer ${keys.serverKey}` };
    return fetch(`${server.url}${EVALUATE}`, { method: 'POST', headers, body: '{}' });
  };
  const streamUrl = async () => {
    const { eventStreams } = await (await ask()).json();
    return `${server.url}${eventStreams[0].endpoint.requestUri}`;
  };
  return { platform, storage, url: server.url, keys, logged, ask, streamUrl };
}

test('a ticket lets in for a while', async () => {
  const { platform, streamUrl } = await runServerInTime();
  const url = await streamUrl();
  const statusOf = async (address: string) => (await fetch(address, { method: 'HEAD' })).status;
  await platform.advance(15 * 60_000 - 1);
  expect(await statusOf(url)).toBe(200);
  await platform.advance(15 * 60_000 + 1);
  expect(await statusOf(url)).toBe(401);
  expect(await statusOf(await streamUrl())).toBe(200);
});

test('the streams of a key end soon after it was revoked', async () => {
  const { platform, storage, streamUrl } = await runServerInTime();
  const url = await streamUrl();
  const stream = await fetch(url);
  const ended = stream.text();
  const key = (await storage.listKeys({ limit: 10 })).find(({ kind }) => kind === 'server');
  await storage.revokeKey(key?.id ?? '', platform.nowMs());
  await platform.advance(30_000);
  expect(await ended).toMatch(/^retry: /);
  expect((await fetch(url)).status).toBe(401);
});

test('no log keeps a ticket, wherever it was sent', async () => {
  const { logged, streamUrl } = await runServerInTime();
  const url = await streamUrl();
  const signature = url.slice(-20);
  for (const address of [url, `${url}x`, url.replace('/stream', '/streams'), url.replace('/ofrep', '')]) {
    await fetch(address, { method: 'HEAD' });
  }
  await expect.poll(() => logged.join()).toContain('/ofrep/v1/streams');
  expect(logged.join()).not.toContain(signature);
});

test('a key that asks too often is told to wait, until the next second', async () => {
  const { platform, url, keys, ask } = await runServerInTime();
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  let answers = '';
  socket.on('data', (chunk) => {
    answers += chunk;
  });
  const headers = `host: x\r\nauthorization: Bearer ${keys.serverKey}\r\ncontent-length: 2`;
  socket.write(`POST ${EVALUATE}/a HTTP/1.1\r\n${headers}\r\n\r\n{}`.repeat(REQUESTS_PER_SECOND));
  const countOf = (status: number) => answers.split(`HTTP/1.1 ${status}`).length - 1;
  await expect.poll(() => countOf(404), { timeout: 20_000 }).toBe(REQUESTS_PER_SECOND);
  const refused = await ask();
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  expect(await refused.json()).toMatchObject({ code: 'rate-limited' });
  await platform.advance(1_000);
  expect((await ask()).status).toBe(200);
});
