import { type Client, createClient } from '@tidegate/sdk-node';

// Kept on `globalThis`, so that a development server that loads this file anew goes on with the same client.
const held: typeof globalThis & { tidegate?: Client } = globalThis;

/** One client per process. It starts at once; a request that comes before the first flags renders defaults. */
export function serverFlags(): Client {
  held.tidegate ??= createClient({
    url: process.env['TIDEGATE_URL'] ?? 'http://localhost:4280',
    key: process.env['TIDEGATE_SERVER_KEY'] ?? '',
  });
  return held.tidegate;
}
