import { type Hello, STREAM_PATH, type Stream, type StreamHandlers } from '@tidegate/sdk-core';
import { connectPacket, eventPacket, PONG, readPacket } from './socket-io-wire.ts';

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
  connect: { readonly baseUrl: string; readonly openWebSocket: (url: string) => WebSocketLike },
  hello: Hello,
  { onOpen, onWord, onClose }: StreamHandlers,
): Stream {
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
    // http becomes ws, and https becomes wss.
    const url = connect.baseUrl.replace('http', 'ws');
    socket = connect.openWebSocket(`${url}${STREAM_PATH}/?EIO=4&transport=websocket`);
    socket.onclose = ({ code }) => lose(code);
    socket.onmessage = ({ data }) => {
      const { kind, word, payload } = readPacket(data);
      if (kind === 'opened') send(connectPacket(hello));
      if (kind === 'connected') onOpen();
      if (kind === 'ping') send(PONG);
      if (kind === 'ended') lose(data);
      if (word) onWord(word, payload);
    };
  } catch (error) {
    // A page's content security policy may forbid it.
    lose(error);
  }
  return { close, sendApplied: (revision) => send(eventPacket('applied', { revision })) };
}
