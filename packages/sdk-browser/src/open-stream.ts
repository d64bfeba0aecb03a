import { type Hello, STREAM_PATH, type Stream, type StreamHandlers } from '@tidegate/sdk-core';
import { connectPacket, eventPacket, PONG, readPacket } from './socket-io-wire.ts';

/** The part of `WebSocket` that is used, so that a test may bring its own. */
export interface WebSocketLike {
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { readonly code: number }) => void): void;
  send(data: string): void;
  close(): void;
}

/**
 * One attempt at the stream over the browser's own websocket: socket.io's client would be larger than the rest of the
 * SDK together. Where websockets are refused, the SDK lives from polling snapshots.
 */
export function openStream(
  connect: { readonly baseUrl: string; readonly openWebSocket: (url: string) => WebSocketLike },
  hello: Hello,
  handlers: StreamHandlers,
): Stream {
  let socket: WebSocketLike | undefined;
  let isOver = false;
  const close = (): void => {
    isOver = true;
    socket?.close();
  };
  const lose = (reason: unknown): void => {
    if (isOver) return;
    close();
    handlers.onClose(String(reason));
  };
  const send = (text: string): void => {
    if (!isOver) socket?.send(text);
  };
  const take = (data: unknown): void => {
    const packet = readPacket(data);
    if (packet === 'opened') send(connectPacket(hello));
    else if (packet === 'connected') handlers.onOpen();
    else if (packet === 'ping') send(PONG);
    else if (packet === 'ended') lose(data);
    else if (packet !== 'other') handlers.onWord(packet.word, packet.payload);
  };
  try {
    socket = connect.openWebSocket(streamUrl(connect.baseUrl));
    socket.addEventListener('message', ({ data }) => {
      if (!isOver) take(data);
    });
    socket.addEventListener('close', ({ code }) => lose(code));
  } catch (error) {
    // A page's content security policy may forbid it.
    lose(error);
  }
  return { close, sendApplied: (revision) => send(eventPacket('applied', { revision })) };
}

function streamUrl(baseUrl: string): string {
  // http becomes ws, and https becomes wss.
  return `${baseUrl.replace(/^http/, 'ws')}${STREAM_PATH}/?EIO=4&transport=websocket`;
}
