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
export type Packet =
  | { readonly kind: 'opened' }
  | { readonly kind: 'connected' }
  | { readonly kind: 'ping' }
  | { readonly kind: 'event'; readonly word: string; readonly payload: unknown }
  | { readonly kind: 'ended'; readonly reason: string }
  | { readonly kind: 'other' };

export const PONG = '3';

export function connectPacket(auth: unknown): string {
  return `40${JSON.stringify(auth)}`;
}

export function eventPacket(word: string, payload: unknown): string {
  return `42${JSON.stringify([word, payload])}`;
}

export function readPacket(data: unknown): Packet {
  if (typeof data !== 'string') return { kind: 'other' };
  if (data.startsWith('42')) return readEvent(data.slice(2));
  if (data.startsWith('40')) return { kind: 'connected' };
  if (data.startsWith('41') || data.startsWith('44') || data.startsWith('1')) return { kind: 'ended', reason: data };
  if (data.startsWith('0')) return { kind: 'opened' };
  return data === '2' ? { kind: 'ping' } : { kind: 'other' };
}

function readEvent(text: string): Packet {
  try {
    const event: unknown = JSON.parse(text);
    if (Array.isArray(event) && typeof event[0] === 'string') {
      return { kind: 'event', word: event[0], payload: event[1] };
    }
  } catch {
    // What follows is true of any text that is no event.
  }
  // A word that cannot be read may have been a change: better a new line than a gap.
  return { kind: 'ended', reason: 'an event could not be read' };
}
