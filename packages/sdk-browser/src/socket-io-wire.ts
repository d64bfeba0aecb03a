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
export interface Packet {
  /** Undefined for what is nothing to this client. */
  readonly kind?: 'opened' | 'connected' | 'ping' | 'ended' | undefined;
  /** Of an event. */
  readonly word?: string;
  readonly payload?: unknown;
}

const KINDS: Readonly<Record<string, Packet['kind']>> = {
  0: 'opened',
  1: 'ended',
  2: 'ping',
  40: 'connected',
  41: 'ended',
  44: 'ended',
};

export const PONG = '3';

export function connectPacket(auth: unknown): string {
  return `40${JSON.stringify(auth)}`;
}

export function eventPacket(word: string, payload: unknown): string {
  return `42${JSON.stringify([word, payload])}`;
}

export function readPacket(data: unknown): Packet {
  const text = String(data);
  const [digits = ''] = /^4?\d/.exec(text) ?? [];
  if (digits !== '42') return { kind: KINDS[digits] };
  try {
    const [word, payload]: unknown[] = JSON.parse(text.slice(2));
    if (typeof word === 'string') return { word, payload };
  } catch {
    // What follows is true of any text that is no event.
  }
  // A word that cannot be read may have been a change: better a new line than a gap.
  return { kind: 'ended' };
}
