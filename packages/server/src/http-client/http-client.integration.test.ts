import { afterEach, expect, test } from 'vitest';
import { manualPlatform } from '../manual-platform.fixture.ts';
import { createHttpClient, type OutboundRequest } from './http-client.ts';
import {
  hang,
  replyJson,
  replyText,
  replyTruncated,
  type StandIn,
  type StandInReply,
  startStandIn,
} from './stand-in-server.fixture.ts';

const opened: StandIn[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((standIn) => standIn.close()));
});

async function open(reply: StandInReply = replyJson({}), tls: { tls?: 'self-signed' } = {}) {
  const standIn = await startStandIn(tls);
  opened.push(standIn);
  standIn.reply(reply);
  return standIn;
}

const platform = () =>
  manualPlatform((error) => {
    throw error;
  });

function send(standIn: StandIn, other: Partial<OutboundRequest> = {}, allowedHosts = [standIn.host]) {
  const client = createHttpClient({ platform: platform(), allowedHosts });
  const url = new URL(standIn.url);
  return client.send({ method: 'GET', url, headers: {}, timeoutMs: 1_000, secrets: [], ...other });
}

test('an answer of any status is an answer', async () => {
  const standIn = await open(replyText('no', 503, { 'retry-after': '7' }));
  const asked = { method: 'POST', body: 'q=1', headers: { authorization: 'Bearer t' } } as const;
  const answer = await send(standIn, asked);
  expect(answer).toMatchObject({ kind: 'answered', status: 503, text: 'no', headers: { 'retry-after': '7' } });
  expect(standIn.requests).toMatchObject([{ method: 'POST', body: 'q=1', headers: { authorization: 'Bearer t' } }]);
});

test('a private address is refused by its number and by its name, and nothing arrives there', async () => {
  const standIn = await open();
  const named = new URL(standIn.url.replace('127.0.0.1', 'localhost'));
  for (const url of [new URL(standIn.url), named]) {
    const answer = await send(standIn, { url }, ['metrics.example']);
    expect(answer).toMatchObject({ kind: 'failed', cause: 'refused-address' });
  }
  expect(standIn.requests).toEqual([]);
});

test('a private address may be reached by the name that the configuration allows, and by no other port', async () => {
  const standIn = await open();
  const { port } = new URL(standIn.url);
  const url = new URL(`http://localhost:${port}`);
  expect(await send(standIn, { url }, ['localhost'])).toMatchObject({ kind: 'answered' });
  expect(await send(standIn, { url }, [`localhost:${port}`])).toMatchObject({ kind: 'answered' });
  expect(await send(standIn, { url }, ['localhost:1'])).toMatchObject({ kind: 'failed', cause: 'refused-address' });
});

test('a redirect is told and never followed, and a secret in it is not shown', async () => {
  const other = await open();
  const standIn = await open(replyText('', 302, { location: `${other.url}/?token=hush` }));
  const answer = await send(standIn, { secrets: ['hush'] }, [standIn.host, other.host]);
  expect(answer).toMatchObject({ kind: 'failed', cause: 'redirected' });
  expect(JSON.stringify(answer)).not.toContain('hush');
  expect(other.requests).toEqual([]);
});

test('a certificate that nobody vouches for is no server', async () => {
  const standIn = await open(replyJson({}), { tls: 'self-signed' });
  expect(await send(standIn)).toMatchObject({ kind: 'failed', cause: 'certificate' });
  expect(standIn.requests).toEqual([]);
});

test('an answer that breaks off, a connection that is refused: unreachable', async () => {
  const standIn = await open(replyTruncated('0123456789'));
  expect(await send(standIn)).toMatchObject({ kind: 'failed', cause: 'unreachable' });
  await standIn.close();
  expect(await send(standIn)).toMatchObject({ kind: 'failed', cause: 'unreachable' });
});

test('an answer without end is cut at the limit', async () => {
  const standIn = await open((response) => {
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(65_536))) {}
    };
    response.on('drain', more);
    more();
  });
  expect(await send(standIn)).toMatchObject({ kind: 'failed', cause: 'too-large' });
});

test('who does not answer is waited for as long as was said', async () => {
  const standIn = await open(hang);
  const time = platform();
  const client = createHttpClient({ platform: time, allowedHosts: [standIn.host] });
  const url = new URL(standIn.url);
  const answer = client.send({ method: 'GET', url, headers: {}, timeoutMs: 1_000, secrets: [] });
  await expect.poll(() => standIn.requests.length).toBe(1);
  await time.advance(1_000);
  expect(await answer).toMatchObject({ kind: 'failed', cause: 'timeout' });
});

test('a request ends when its caller gives it up, before or while it is under way', async () => {
  const standIn = await open(hang);
  const giveUp = new AbortController();
  const answer = send(standIn, { signal: giveUp.signal });
  await expect.poll(() => standIn.requests.length).toBe(1);
  giveUp.abort();
  expect(await answer).toMatchObject({ kind: 'failed', cause: 'cancelled' });
  expect(await send(standIn, { signal: giveUp.signal })).toMatchObject({ kind: 'failed', cause: 'cancelled' });
  expect(standIn.requests).toHaveLength(1);
});
