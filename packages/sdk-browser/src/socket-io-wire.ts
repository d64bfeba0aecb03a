/**
 * socket.io's wire protocol, as much as one client with one namespace and JSON needs. A websocket message is an
 * engine.io (v4) packet, one digit and its text; the text of a message packet (`4`) is a socket.io (v5) packet:
 *
 *     server  0{"sid":…}            opened          client  40{auth}        connect
 *     server  40{"sid":…}           connected       client  42["word",…]    event
 *     server  42["word",payload]    event           client  3               pong
 *     server  2                     ping
 *     server  44{"message":…}  41  1                refused, disconnected, closed
 *
 * Sources: https://socket.io/docs/v4/engine-io-protocol/ and https://socket.io/docs/v4/socket-io-protocol/
 */
/** The digits of what is said, by both sides. */
export const OPENED = '0';
export const PING = '2';
export const PONG = '3';
export const CONNECT = '40';
export const EVENT = '42';

/** The digits of a packet; of an event also its word, and what came with it. */
export type Packet = readonly [digits: string | undefined, word?: string, payload?: unknown];

/** Refused, disconnected, or closed. */
const ENDED = '1';

export function eventPacket(word: string, payload: unknown): string {
  return EVENT + JSON.stringify([word, payload]);
}

export function readPacket(data: unknown): Packet {
  const text = String(data);
  const [digits] = /^4?\d/.exec(text) ?? [];
  if (digits !== EVENT) return [digits];
  try {
    const [word, payload]: unknown[] = JSON.parse(text.slice(EVENT.length));
    if (typeof word === 'string') return [digits, word, payload];
  } catch {
    // What follows is true of any text that is no event.
  }
  // A word that cannot be read may have been a change: better a new line than a gap.
  return [ENDED];
}

export function isEnd(digits: string | undefined): boolean {
  return digits === ENDED || digits === '41' || digits === '44';
}
