import { type AbortSignalLike, type Hello, STREAM_PATH, type StreamHandlers } from '@tidegate/sdk-core';
import { CONNECT, EVENT, eventPacket, isEnd, OPENED, PING, PONG, readPacket } from './socket-io-wire.ts';

/** The part of `WebSocket` that is used, so that a test may bring its own. */
export interface WebSocketLike {
  onmessage: Listener<{ readonly data: unknown }>;
  onclose: Listener<{ readonly code: number }>;
  /** Once closed, it sends nothing and does not complain. */
  send(data: string): void;
  close(): void;
}

/** A method, so that what listens to more of an event is one, too. */
type Listener<E> = { listen(event: E): void }['listen'] | null;

/**
 * One attempt at the stream over the browser's own websocket: socket.io's client would be larger than the rest of the
 * SDK together. Where websockets are refused, the SDK lives from polling snapshots.
 */
export function openStream(
  baseUrl: string,
  hello: Hello,
  signal: AbortSignalLike,
  { onOpen, onWord, onClose }: StreamHandlers,
  openWebSocket = (url: string): WebSocketLike => new WebSocket(url),
): (appliedRevision: number) => void {
  let socket: WebSocketLike | undefined;
  const close = (): void => {
    if (socket === undefined) return;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  };
  const lose = (reason: unknown): void => {
    close();
    onClose(String(reason));
  };
  const send = (text: string): void => socket?.send(text);
  try {
    socket = openWebSocket(`${baseUrl}${STREAM_PATH}/?EIO=4&transport=websocket`);
    socket.onclose = ({ code }) => lose(code);
    socket.onmessage = ({ data }) => {
      const [digits, word = '', payload] = readPacket(data);
      if (digits === OPENED) send(CONNECT + JSON.stringify(hello));
      if (digits === PING) send(PONG);
      if (digits === CONNECT) onOpen();
      if (digits === EVENT) onWord(word, payload);
      if (isEnd(digits)) lose(data);
    };
  } catch (error) {
    // A page's content security policy may forbid it.
    lose(error);
  }
  signal.addEventListener('abort', close);
  return (revision) => send(eventPacket('applied', { revision }));
}
