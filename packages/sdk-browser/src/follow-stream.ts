import { BEAT_INTERVAL_MS, type Hello, STREAM_PATH } from '@tidegate/sdk-core';
import { after } from './platform.ts';

export type Say = (word: string, payload: unknown) => void;

export interface StreamHandlers {
  /** The server has taken the handshake. */
  onOpen(): void;
  /** A word of the protocol with whatever came with it, as the JSON of a list, unchecked. False ends the stream. */
  onWord(json: string, say: Say): boolean;
}

/** Three beats lost in a row are a dead line, not a slow one. */
export const SILENCE_MAX_MS = 3 * BEAT_INTERVAL_MS;

/**
 * One attempt at the stream, fulfilled when it has ended: with true when an open line broke, with false when it was
 * refused, silent, of no use, or given up by the signal. Afterwards no handler is called.
 *
 * It speaks as much of socket.io's wire protocol as one client with one namespace and JSON needs, over the browser's own
 * websocket: socket.io's client would be larger than the SDK. A websocket message is an engine.io (v4) packet, one digit
 * and its text; the text of a message packet (`4`) is a socket.io (v5) packet:
 *
 *     server  0{"sid":…}            opened          client  40{hello}               connect
 *     server  40{"sid":…}           connected       client  42["applied",{…}]       event
 *     server  42["word",payload]    event           client  3                       pong
 *     server  2                     ping
 *     server  44{"message":…}  41  1                refused, disconnected, closed
 *
 * Sources: https://socket.io/docs/v4/engine-io-protocol/ and https://socket.io/docs/v4/socket-io-protocol/
 */
export function followStream(
  baseUrl: string,
  hello: Hello,
  signal: AbortSignal,
  { onOpen, onWord }: StreamHandlers,
): Promise<boolean> {
  return new Promise((resolve) => {
    let socket: WebSocket | undefined;
    let cancel: (() => void) | undefined;
    let isOpen = false;
    // A websocket that is closed tells nothing any more, and sends nothing.
    const end = (isBroken = false): void => {
      cancel?.();
      socket?.close();
      resolve(isBroken);
    };
    const listen = (): void => {
      cancel?.();
      cancel = after(SILENCE_MAX_MS, end);
    };
    const send = (text: string): void => socket?.send(text);
    const hear = (packet: unknown): void => {
      const [, digits = '', text = ''] = /(4?.)(.*)/s.exec(String(packet)) ?? [];
      if (digits === '0') send(`40${JSON.stringify(hello)}`);
      if (digits === '2') send('3');
      if (digits === '40') {
        listen();
        isOpen = true;
        onOpen();
      }
      if (digits === '42') {
        listen();
        if (!onWord(text, (...said) => send(`42${JSON.stringify(said)}`))) end();
      }
      if (/^(1|4[14])$/.test(digits)) end();
    };
    signal.onabort = () => end();
    listen();
    try {
      // http becomes ws, and https becomes wss. A page's content security policy may forbid it.
      socket = new WebSocket(`${baseUrl.replace('http', 'ws')}${STREAM_PATH}/?EIO=4&transport=websocket`);
      socket.onclose = () => end(isOpen);
      socket.onmessage = ({ data }) => hear(data);
    } catch {
      end();
    }
  });
}
