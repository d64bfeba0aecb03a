import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { manualTime } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { ChangeStreams, type Listener } from './change-streams.ts';

const WHO: Listener = { environment: 'default/production', keyKind: 'server', keyId: 'key-1', seenRevision: 1 };
const AT_FIRST = { revision: 1, atMs: 0 };

function openStreams() {
  const time = manualTime(0);
  const streams = new ChangeStreams({
    after: (delayMs, callback) => time.after(delayMs, () => void callback()),
    randomBytes: (count) => new Uint8Array(count),
  });
  const open = (who: Partial<Listener> = {}) => {
    // Without a socket behind it a response keeps everything, like one whose client reads nothing.
    const response = new ServerResponse(new IncomingMessage(new Socket()));
    streams.open(response, { ...WHO, ...who }, AT_FIRST);
    return response;
  };
  return { time, streams, open };
}

test('of many changes the first is told at once, and the others as one', async () => {
  const { time, streams, open } = openStreams();
  const response = open();
  const opened = response.writableLength;
  streams.tell(WHO.environment, 'server', { revision: 12, atMs: 0 });
  const messageBytes = response.writableLength - opened;
  const messageCount = () => (response.writableLength - opened) / messageBytes;
  for (let revision = 13; revision < 99; revision += 1) streams.tell(WHO.environment, 'server', { revision, atMs: 0 });
  expect(messageCount()).toBe(1);
  await time.advance(500);
  expect(messageCount()).toBe(2);
  await time.advance(5_000);
  expect(messageCount()).toBe(2);
});

test('a client that left before its stream was open is not kept', () => {
  const { streams } = openStreams();
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  response.destroy();
  streams.open(response, WHO, AT_FIRST);
  expect(streams.keyIds()).toEqual(new Set());
});

test('a client that takes nothing is let go before it costs memory', () => {
  const { streams, open } = openStreams();
  const response = open();
  for (let count = 0; count < 20_000 && !response.destroyed; count += 1) streams.keepAlive();
  expect(response.destroyed).toBe(true);
  expect(response.writableLength).toBeLessThan(20_000);
});

test('only those are told who may see the change, and only those of a revoked key are ended', () => {
  const { streams, open } = openStreams();
  const [server, browser, elsewhere] = [
    open(),
    open({ keyKind: 'browser', keyId: 'key-2' }),
    open({ environment: 'x/y' }),
  ];
  const sizes = () => [server, browser, elsewhere].map((response) => response.writableLength);
  const [ofServer = 0, ...ofOthers] = sizes();
  streams.tell(WHO.environment, 'server', { revision: 2, atMs: 0 });
  expect(sizes().slice(1)).toEqual(ofOthers);
  expect(sizes()[0]).toBeGreaterThan(ofServer);
  expect(streams.keyIds()).toEqual(new Set(['key-1', 'key-2']));
  streams.endThoseOf('key-2');
  expect([server, browser, elsewhere].map((response) => response.writableEnded)).toEqual([false, true, false]);
});
