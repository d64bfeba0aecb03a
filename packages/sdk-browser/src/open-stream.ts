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
  const end = (): boolean => {
    if (isOver) return false;
    isOver = true;
    socket?.close();
    return true;
  };
  const lose = (reason: string): void => {
    if (end()) handlers.onClose(reason);
  };
  const take = (data: unknown): void => {
    const packet = readPacket(data);
    if (packet.kind === 'opened') socket?.send(connectPacket(hello));
    else if (packet.kind === 'connected') handlers.onOpen();
    else if (packet.kind === 'ping') socket?.send(PONG);
    else if (packet.kind === 'event') handlers.onWord(packet.word, packet.payload);
    else if (packet.kind === 'ended') lose(packet.reason);
  };
  try {
    socket = connect.openWebSocket(streamUrl(connect.baseUrl));
    socket.addEventListener('message', ({ data }) => {
      if (!isOver) take(data);
    });
    socket.addEventListener('close', ({ code }) => lose(`closed with code ${code}`));
  } catch (error) {
    // A page's content security policy may forbid it.
    lose(String(error));
  }
  return {
    sendApplied(revision) {
      if (!isOver) socket?.send(eventPacket('applied', { revision }));
    },
    close: () => void end(),
  };
}

function streamUrl(baseUrl: string): string {
  // http becomes ws, and https becomes wss.
  return `${baseUrl.replace(/^http/, 'ws')}${STREAM_PATH}/?EIO=4&transport=websocket`;
}
