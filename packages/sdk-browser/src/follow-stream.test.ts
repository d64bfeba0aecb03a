import { afterEach, expect, test, vi } from 'vitest';
import { followStream, SILENCE_MAX_MS } from './follow-stream.ts';

const HELLO = {
  key: 'tg_web_key',
  protocol: 1,
  sdk: { name: 'test', version: '0' },
  instance: 'i',
  revision: 5,
  context: { targetingKey: 'ann' },
};

/** A websocket whose other end is the test; once closed it says and sends nothing, as a real one. */
class FakeSocket {
  readonly url: string;
  readonly sent: string[] = [];
  isClosed = false;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(url: string) {
    this.url = url;
    sockets.push(this);
  }

  send(data: string): void {
    if (!this.isClosed) this.sent.push(data);
  }

  close(): void {
    this.isClosed = true;
  }

  say(data: unknown): void {
    if (!this.isClosed) this.onmessage?.({ data });
  }

  break(code: number): void {
    this.isClosed = true;
    this.onclose?.({ code });
  }
}

const sockets: FakeSocket[] = [];

afterEach(() => {
  sockets.length = 0;
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** `isOfUse` is what is thought of every word. */
function open(isOfUse = true) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  vi.stubGlobal('WebSocket', FakeSocket);
  const heard: unknown[] = [];
  const controller = new AbortController();
  const ended = followStream('https://flags.example.com/tidegate', HELLO, controller.signal, {
    onOpen: () => heard.push('open'),
    onWord(json, say) {
      heard.push(json);
      if (json.includes('delta')) say('applied', { revision: 9 });
      return isOfUse;
    },
  });
  void ended.then((isBroken) => heard.push(isBroken ? 'broken' : 'ended'));
  const [socket] = sockets;
  if (socket === undefined) throw new Error('a websocket was opened');
  return { heard, ended, close: () => controller.abort(), socket };
}

test('the handshake carries hello, and words arrive once it is accepted', () => {
  const { heard, socket } = open();
  expect(socket.url).toBe('wss://flags.example.com/tidegate/sdk/v1/stream/?EIO=4&transport=websocket');
  expect(socket.sent).toEqual([]);
  socket.say('0{"sid":"a","upgrades":[],"pingInterval":25000}');
  expect(socket.sent).toEqual([`40${JSON.stringify(HELLO)}`]);
  expect(heard).toEqual([]);
  socket.say('40{"sid":"b"}');
  socket.say('42["beat",{"revision":5}]');
  socket.say('42["news"]');
  expect(heard).toEqual(['open', '["beat",{"revision":5}]', '["news"]']);
});

test('pings are answered, and a word may be', () => {
  const { socket } = open();
  socket.say('2');
  socket.say('42["delta",{"revision":9}]');
  expect(socket.sent).toEqual(['3', '42["applied",{"revision":9}]']);
});

test.each(['1', '41', '44{"message":"the key is unknown"}'])('%s ends the line', async (text) => {
  const { ended, socket } = open();
  socket.say(text);
  expect(await ended).toBe(false);
  expect(socket.isClosed).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test.each(['', '6', '43["ack"]', '451-["binary"]', 'garbage', new ArrayBuffer(4), undefined])(
  '%s is nothing to this client',
  (data) => {
    const { heard, socket } = open();
    socket.say(data);
    expect(heard).toEqual([]);
    expect(socket.sent).toEqual([]);
    expect(socket.isClosed).toBe(false);
  },
);

test('a word that is of no use ends the line', async () => {
  const { ended, socket } = open(false);
  socket.say('42["resync",{}]');
  expect(await ended).toBe(false);
});

test('a line that says nothing, before the handshake or after a word, ends; each word gives it as long again', async () => {
  const silent = open();
  vi.advanceTimersByTime(SILENCE_MAX_MS);
  expect(await silent.ended).toBe(false);
  sockets.length = 0;
  const { heard, ended, socket } = open();
  for (let beat = 0; beat < 5; beat++) {
    vi.advanceTimersByTime(SILENCE_MAX_MS - 1);
    socket.say('42["beat",{"revision":5}]');
  }
  expect(heard).toHaveLength(5);
  socket.say('2');
  vi.advanceTimersByTime(SILENCE_MAX_MS);
  expect(await ended).toBe(false);
});

test('a broken line is told apart, and one that was given up from here says nothing more', async () => {
  const broken = open();
  broken.socket.say('40{"sid":"b"}');
  broken.socket.break(1006);
  expect(await broken.ended).toBe(true);
  sockets.length = 0;
  const refused = open();
  refused.socket.break(1006);
  expect(await refused.ended).toBe(false);
  sockets.length = 0;
  const given = open();
  given.close();
  given.socket.say('42["beat",{"revision":5}]');
  expect(await given.ended).toBe(false);
  expect(given.heard).toEqual(['ended']);
  expect(vi.getTimerCount()).toBe(0);
});

test('a page that may not open websockets has a line that ended, not an exception', async () => {
  vi.stubGlobal(
    'WebSocket',
    class {
      constructor() {
        throw new Error('content security policy');
      }
    },
  );
  const handlers = { onOpen: () => undefined, onWord: () => true };
  expect(await followStream('http://localhost', HELLO, new AbortController().signal, handlers)).toBe(false);
});
