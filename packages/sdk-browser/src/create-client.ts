import type { AnyFlags } from '@tidegate/sdk-core';
import type { BrowserClient } from './browser-client.ts';
import type { ClientOptions } from './client-options.ts';
import { createPageClient } from './page-client.ts';

/**
 * A client that starts at once and never stops trying; from a cache it answers in the same turn. What it recorded is
 * sent when the page hides, in a request that outlives the page.
 *
 * @throws TypeError when `url` is no address or `key` is missing: the one mistake that no retry mends.
 */
export function createClient<F extends object = AnyFlags>(options: ClientOptions): BrowserClient<F> {
  const { client, start } = prepareClient<F>(options);
  start();
  return client;
}

/** A client that asks nobody, sets no timer and listens to nothing before it is started. */
export interface PreparedClient<F extends object> {
  readonly client: BrowserClient<F>;
  start(): void;
}

/** See `createClient`. */
export function prepareClient<F extends object>(options: ClientOptions): PreparedClient<F> {
  const { url, logger = console } = options;
  if (!options.key) throw new TypeError('key: none');
  const { client, start } = createPageClient({
    ...options,
    baseUrl: new URL(url).href.replace(/\/+$/, ''),
    log: (level, message) => logger[level](`tidegate: ${message}`),
  });
  // Types of flags exist only for the compiler: what is served is of the default's type, whatever they say.
  return { client: client as unknown as BrowserClient<F>, start };
}
