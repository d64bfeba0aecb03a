import type { Platform } from '@tidegate/sdk-core';
import { type Logger, nodePlatform } from './node-platform.ts';

/**
 * Node without a server: events are acknowledged and go nowhere. Everything else that a client without a connection
 * needs is as ever.
 */
export function offlinePlatform(logger: Logger): Platform {
  return {
    ...nodePlatform({ baseUrl: '', key: '', logger }),
    async request(_, { body }) {
      // Only batches of events are sent.
      const { seq } = JSON.parse(String(body)) as { readonly seq: number };
      return { status: 200, headers: new Headers(), body: JSON.stringify({ acknowledgedSeq: seq }) };
    },
    openStream() {
      throw new Error('a client without a server opens no stream');
    },
  };
}
