import { expect, test } from 'vitest';
import { openStream, type WebSocketLike } from './open-stream.ts';

const HELLO = {
  key: 'tg_web_key',
  protocol: 1,
  sdk: { name: 'test', version: '0' },
  instance: 'i',
  revision: 5,
  context: { targetingKey: 'ann' },
};

/** A websocket whose other end is the test. */
class FakeSocket implements WebSocketLike {
  readonly url: string;
  readonly sent: string[] = [];
  isClosed = false;
  onmessage: WebSocketLike['onmessage'] = null;
  onclose: WebSocketLike['onclose'] = null;

  constructor(url: string) {
    this.url = url;
  }

  send(data: string): void {
    if (!this.isClosed) this.sent.push(data);
  }

  close(): void {
    this.isClosed = true;
  }

  say(data: unknown): void {
    this.onmessage?.({ data });
  }

  break(code: number): void {
    this.onclose?.({ code });
  }
}

function open() {
  const heard: unknown[] = [];
  const sockets: FakeSocket[] = [];
  const openWebSocket = (url: string): WebSocketLike => {
    const made = new FakeSocket(url);
    sockets.push(made);
    return made;
  };
  const controller = new AbortController();
  const sendApplied = openStream(
    'wss://flags.example.com/tidegate',
    HELLO,
    controller.signal,
    {
      onOpen: () => heard.push('open'),
      onWord: (word, payload) => heard.push([word, payload]),
      onClose: (reason) => heard.push(`close: ${reason}`),
    },
    openWebSocket,
  );
  const [socket] = sockets;
  if (socket === undefined) throw new Error('a websocket was opened');
  return { heard, sendApplied, close: () => controller.abort(), socket };
}

test('the handshake carries hello, and words arrive once it is accepted', () => {
  const { heard, socket } = open();
  expect(socket.url).toBe('wss://flags.example.com/tidegate/sdk/v1/stream/?EIO=4&transport=websocket');
  expect(socket.sent).toEqual([]);
  socket.say('0{"sid":"a"}');
  expect(socket.sent).toEqual([`40${JSON.stringify(HELLO)}`]);
  expect(heard).toEqual([]);
  socket.say('40{"sid":"b"}');
  socket.say('42["beat",{"revision":5}]');
  expect(heard).toEqual(['open', ['beat', { revision: 5 }]]);
});

test('pings are answered, and applied revisions are told', () => {
  const { socket, sendApplied } = open();
  socket.say('2');
  sendApplied(9);
  expect(socket.sent).toEqual(['3', '42["applied",{"revision":9}]']);
});

test('a refused handshake ends the line once', () => {
  const { heard, socket } = open();
  socket.say('44{"message":"the key is unknown"}');
  socket.break(1005);
  expect(heard).toEqual(['close: 44{"message":"the key is unknown"}']);
  expect(socket.isClosed).toBe(true);
});

test('a broken line is told, and one that was closed from here is not', () => {
  const broken = open();
  broken.socket.break(1006);
  expect(broken.heard).toEqual(['close: 1006']);
  const closed = open();
  closed.close();
  closed.socket.say('42["beat",{"revision":5}]');
  closed.socket.break(1005);
  closed.sendApplied(5);
  expect(closed.heard).toEqual([]);
  expect(closed.socket.sent).toEqual([]);
});

test('a page that may not open websockets has a closed line, not an exception', () => {
  const heard: string[] = [];
  const openWebSocket = (): WebSocketLike => {
    throw new Error('content security policy');
  };
  const handlers = {
    onOpen: () => undefined,
    onWord: () => undefined,
    onClose: (reason: string) => heard.push(reason),
  };
  openStream('ws://localhost', HELLO, new AbortController().signal, handlers, openWebSocket);
  expect(heard).toEqual(['Error: content security policy']);
});
