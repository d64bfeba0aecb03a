import { randomUUID } from 'node:crypto';
import { type Delta, type Hello, PROTOCOL_VERSION, STREAM_PATH } from '@tidegate/protocol';
import { io } from 'socket.io-client';

// N sockets that follow the stream, and say when the first and the last of them got each delta.
const count = Number(process.env['COUNT']);
const url = process.env['URL'] ?? '';
const received = new Map<number, { count: number; firstAtMs: number }>();
let opened = 0;

for (let n = 0; n < count; n += 1) {
  const hello: Hello = {
    key: process.env['KEY'] ?? '',
    protocol: PROTOCOL_VERSION,
    sdk: { name: 'bench', version: '0' },
    instance: randomUUID(),
    revision: 0,
  };
  const socket = io(url, { path: STREAM_PATH, transports: ['websocket'], auth: hello, forceNew: true });
  socket.on('connect', () => {
    opened += 1;
    if (opened === count) process.send?.({ ready: true });
  });
  socket.on('delta', (delta: Delta) => {
    const atMs = Date.now();
    const entry = received.get(delta.revision) ?? { count: 0, firstAtMs: atMs };
    entry.count += 1;
    received.set(delta.revision, entry);
    if (entry.count === count) process.send?.({ firstAtMs: entry.firstAtMs, lastAtMs: atMs });
  });
}
