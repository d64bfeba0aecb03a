import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { PROTOCOL_VERSION, STREAM_PATH } from '@tidegate/protocol';
import { io } from 'socket.io-client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemPlatform } from '../platform.ts';
import { createStreamGateway, type StreamGateway } from './gateway.ts';

const ENVIRONMENT = 'default/production';
const HELLO = {
  key: 'any',
  protocol: PROTOCOL_VERSION,
  sdk: { name: 'test', version: '0' },
  instance: 'i',
  revision: 0,
};
const BEAT = { word: 'beat', payload: { revision: 1, sentAtMs: 0 } } as const;
/** More than the sockets' own buffers on both sides take. */
const FLOOD_WORDS = 200;
const FLOOD_CHARS = 100_000;

let httpServer: Server;
let gateway: StreamGateway;
let port: number;
const sockets: Socket[] = [];

beforeEach(async () => {
  httpServer = createServer();
  gateway = createStreamGateway({
    httpServer,
    platform: systemPlatform(),
    listener: {
      admit: async () => ({ environment: ENVIRONMENT, keyKind: 'server' }),
      onOpen: () => {},
      onApplied: () => {},
    },
  });
  httpServer.listen(0, '127.0.0.1');
  await once(httpServer, 'listening');
  // A TCP server's address is an object.
  port = (httpServer.address() as AddressInfo).port;
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  if (httpServer.listening) await gateway.close(0);
});

/** A client that says hello by hand, and reads nothing after it. */
async function connectDeaf(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  socket.write(
    `GET ${STREAM_PATH}/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n` +
      'Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
  );
  await once(socket, 'data');
  socket.write(textFrame(`40${JSON.stringify(HELLO)}`));
  socket.pause();
  await expect.poll(() => gateway.describe(ENVIRONMENT)).toHaveLength(1);
  return socket;
}

/** RFC 6455, 5.2: one final text frame, masked with zeros. */
function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const head = Buffer.from([0x81, 0x80 | 126, payload.length >> 8, payload.length & 0xff, 0, 0, 0, 0]);
  return Buffer.concat([head, payload]);
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

test('a client that takes nothing any more is closed; one that reads is not', async () => {
  await connectDeaf();
  const reader = io(`http://127.0.0.1:${port}`, { path: STREAM_PATH, transports: ['websocket'], auth: HELLO });
  await expect.poll(() => gateway.describe(ENVIRONMENT)).toHaveLength(2);
  const detail = 'x'.repeat(FLOOD_CHARS);
  const change = { kind: 'flag', key: detail, document: null } as const;
  for (let n = 0; n < FLOOD_WORDS; n += 1) {
    gateway.broadcast(ENVIRONMENT, 'server', {
      word: 'delta',
      payload: { fromRevision: n, revision: n + 1, changes: [change] },
    });
    await turn();
  }
  for (let beat = 0; beat < 5; beat += 1) {
    gateway.closeStalled();
    gateway.broadcast(ENVIRONMENT, 'server', BEAT);
    await turn();
  }
  expect(gateway.describe(ENVIRONMENT)).toHaveLength(1);
  expect(reader.connected).toBe(true);
  reader.disconnect();
});

test('a client that is quiet and answers nothing is left alone while what is sent gets through', async () => {
  await connectDeaf();
  for (let beat = 0; beat < 10; beat += 1) {
    gateway.closeStalled();
    gateway.broadcast(ENVIRONMENT, 'server', BEAT);
    await turn();
  }
  expect(gateway.describe(ENVIRONMENT)).toHaveLength(1);
});

test('closing does not wait for a client that does not answer', async () => {
  await connectDeaf();
  await gateway.close(0);
  expect(httpServer.listening).toBe(false);
});

test('a client that can only poll gets every word', async () => {
  const polling = io(`http://127.0.0.1:${port}`, { path: STREAM_PATH, transports: ['polling'], auth: HELLO });
  const beats: unknown[] = [];
  polling.on('beat', (beat) => beats.push(beat));
  await expect.poll(() => gateway.describe(ENVIRONMENT)).toHaveLength(1);
  for (let n = 0; n < 10; n += 1) {
    gateway.closeStalled();
    gateway.broadcast(ENVIRONMENT, 'server', BEAT);
    await expect.poll(() => beats.length).toBe(n + 1);
  }
  polling.disconnect();
});
