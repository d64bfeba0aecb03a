import type { IncomingMessage } from 'node:http';

/** The query of an address, for listeners in front of express. */
export function queryOf({ url = '' }: IncomingMessage): URLSearchParams {
  const start = url.indexOf('?');
  return new URLSearchParams(start === -1 ? '' : url.slice(start + 1));
}
