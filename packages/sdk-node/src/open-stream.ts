import { type AbortSignalLike, type Hello, STREAM_PATH, type StreamHandlers } from '@tidegate/sdk-core';
import { io } from 'socket.io-client';

/**
 * One attempt at the stream over socket.io: a websocket, and long-polling where something in between refuses those.
 * socket.io's own reconnecting stays off: the SDK's connection decides when to try again.
 */
export function openStream(
  baseUrl: string,
  hello: Hello,
  signal: AbortSignalLike,
  handlers: StreamHandlers,
): (appliedRevision: number) => void {
  const { origin, pathname } = new URL(baseUrl);
  const socket = io(origin, {
    path: `${pathname.replace(/\/$/, '')}${STREAM_PATH}`,
    auth: { ...hello },
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    reconnection: false,
    forceNew: true,
    // An open stream must not keep a process alive that has nothing else to do.
    autoUnref: true,
  });
  let isOver = false;
  const end = (): void => {
    isOver = true;
    socket.offAny();
    socket.disconnect();
  };
  const lose = (reason: string): void => {
    if (isOver) return;
    end();
    handlers.onClose(reason);
  };
  socket.on('connect', () => !isOver && handlers.onOpen());
  socket.on('connect_error', (error) => lose(error.message));
  socket.on('disconnect', lose);
  socket.onAny((word: string, payload: unknown) => handlers.onWord(word, payload));
  signal.addEventListener('abort', end);
  return (revision) => void socket.emit('applied', { revision });
}
