import { createServer, type Socket } from 'node:net';
import type { AdapterOf } from '@tidegate/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { orderOf, SHARED } from '../order.fixture.ts';
import { haproxyAdapter } from './haproxy-adapter.ts';

const HEADER = '1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight\n';

/** Speaks as HAProxy 2.6 does on its runtime API, and keeps weights; a test may have it answer otherwise. */
async function open(answerTo?: (line: string, socket: Socket) => string | undefined) {
  const weights = new Map([
    ['old', 100],
    ['new', 0],
  ]);
  const states = new Map([
    ['old', 2],
    ['new', 2],
  ]);
  const lines: string[] = [];
  const set = (command: string): string => {
    const [, server = '', weight = ''] = /^set server app\/(\S+) weight (\d+)$/.exec(command) ?? [];
    if (!weights.has(server)) return 'No such server.\n\n';
    weights.set(server, Number(weight));
    return '\n';
  };
  const show = () =>
    `${HEADER}${[...weights].map(([name, weight], index) => `3 app ${index} ${name} 127.0.0.1 ${states.get(name)} 0 ${weight} 1\n`).join('')}\n`;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (data) => {
      const line = data.toString().trim();
      lines.push(line);
      const usual = () => (line.startsWith('show') ? show() : line.split(';').map(set).join(''));
      const answer = answerTo === undefined ? usual() : answerTo(line, socket);
      if (answer !== undefined) socket.end(answer);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  return { address: `127.0.0.1:${bound.port}`, weights, states, lines, set, show };
}

const settings = (address: string, overrides: Partial<AdapterOf<'haproxy'>> = {}): AdapterOf<'haproxy'> => ({
  ...SHARED,
  kind: 'haproxy',
  address,
  backend: 'app',
  treatment: ['new'],
  control: ['old'],
  ...overrides,
});
const adapterAt = (address: string, overrides: Partial<AdapterOf<'haproxy'>> = {}) =>
  haproxyAdapter(settings(address, overrides), { allowedAddresses: [address] });

test('a share is set as weights and read back, and whoever gets more is told first', async () => {
  const { address, lines } = await open();
  const adapter = adapterAt(address);
  expect(await adapter.write(orderOf(250_000))).toEqual({ kind: 'written' });
  expect(await adapter.read(orderOf(250_000))).toMatchObject({ kind: 'read', weightPpm: 250_000 });
  await adapter.write(orderOf(0));
  expect(await adapter.read(orderOf(0))).toMatchObject({ kind: 'read', weightPpm: 0 });
  expect(lines.filter((line) => line.startsWith('set'))).toEqual([
    'set server app/old weight 3;set server app/new weight 1',
    'set server app/old weight 100;set server app/new weight 0',
  ]);
});

test('half of a write is told, and not what was wanted is read', async () => {
  const one = await open();
  const { address } = await open((line) => (line.startsWith('show') ? one.show() : one.set(line.split(';')[0] ?? '')));
  const adapter = adapterAt(address);
  await adapter.write(orderOf(500_000));
  // HAProxy did the first command of the two: new has 1, old still 100.
  expect(await adapter.read(orderOf(500_000))).toMatchObject({ kind: 'read', weightPpm: 9_901 });
});

test('a server that is not there is named', async () => {
  const { address } = await open();
  const adapter = adapterAt(address, { treatment: ['newer'] });
  expect(await adapter.write(orderOf(500_000))).toEqual({
    kind: 'failed',
    detail: `${address} refused: No such server.`,
  });
  expect(await adapter.read(orderOf(500_000))).toMatchObject({ detail: 'The backend app has no server newer.' });
});

test('weights of servers that are down carry no traffic, and only a fall may do without', async () => {
  const { address, states } = await open();
  states.set('new', 0);
  const adapter = adapterAt(address);
  await adapter.write(orderOf(500_000));
  expect(await adapter.read(orderOf(500_000))).toEqual({
    kind: 'failed',
    detail: 'No server of treatment is up in app: new.',
  });
  await adapter.write(orderOf(0));
  expect(await adapter.read(orderOf(0))).toMatchObject({ kind: 'read', weightPpm: 0 });
});

test.each([
  ['another service', () => 'HTTP/1.1 400 Bad Request\r\n\r\n', 'answered: HTTP/1.1 400 Bad Request'],
  ['nothing', () => '', 'answered: '],
  ['half a table', () => `${HEADER}3 app 1 old 127.0.0.1`, 'answered: 1'],
  ['a backend that is not there', () => "Can't find backend.\n\n", "answered: Can't find backend."],
])('an answer of %s is no weight', async (_, answer, detail) => {
  const { address } = await open(answer);
  const reading = await adapterAt(address).read(orderOf(100_000));
  expect(reading).toEqual({ kind: 'failed', detail: `${address} ${detail}` });
});

test('a proxy that does not answer, or hangs up, or is not there fails, and waits no longer than it is told', async () => {
  const silent = await open(() => undefined);
  const late = new AbortController();
  const reading = adapterAt(silent.address).read(orderOf(0, { signal: late.signal }));
  await expect.poll(() => silent.lines.length).toBe(1);
  late.abort();
  expect(await reading).toEqual({ kind: 'failed', detail: `${silent.address} did not answer in time.` });

  const broken = await open((_, socket) => void socket.resetAndDestroy());
  expect(await adapterAt(broken.address).read(orderOf(0))).toMatchObject({
    kind: 'failed',
    detail: `${broken.address}: ECONNRESET`,
  });
  expect(await adapterAt('127.0.0.1:1').write(orderOf(0))).toMatchObject({ detail: '127.0.0.1:1: ECONNREFUSED' });
});

test('an address that the configuration does not allow is never reached', () => {
  const adapter = haproxyAdapter(settings('10.0.0.1:9999'), { allowedAddresses: ['10.0.0.2:9999'] });
  expect(adapter.flaw).toBe('TIDEGATE_TRAFFIC does not allow the runtime API 10.0.0.1:9999.');
  expect(adapterAt('a:1', { control: ['new'] }).flaw).toBe('The server new is in both arms.');
});
