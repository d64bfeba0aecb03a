import { type AnyFlags, type Bootstrap, type Context, createCoreClient, type EventOptions } from '@tidegate/sdk-core';
import { type BrowserClient, browserClient, copyOf } from './browser-client.ts';
import { browserPlatform, consoleLogger, type Logger, loadCached } from './browser-platform.ts';
import { changedAnswers } from './changed-answers.ts';
import { followPage } from './follow-page.ts';
import { KEEPALIVE_BYTES_MAX } from './send-request.ts';

export interface ClientOptions {
  /** Where the Tidegate server is: `https://flags.example.com`, with a path where it has one. */
  readonly url: string;
  /** A browser key, `tg_web_…`. It is public; a server key must never be in a page. */
  readonly key: string;
  /** Whom flags are evaluated for. It is sent to the server, as far as values and not rules are asked of it. */
  readonly context: Context;
  /**
   * Attributes of the context, by their names at its top, that rules of this page may read and nobody else: they are
   * neither sent nor stored. What the server evaluates (`value` flags) does not know them.
   */
  readonly privateAttributes?: readonly string[] | undefined;
  /**
   * What `client.bootstrap(context)` of the Node SDK gave for this page's unit: flags answer from it at once, as the
   * server said, until it says otherwise. One for another unit is not taken.
   */
  readonly bootstrap?: Bootstrap | undefined;
  /** Keep the last flags in `localStorage`, so that the next page answers at once; true when absent. */
  readonly cache?: boolean | undefined;
  /** Flags count as stale when the server was not heard for that long; 60 000 when absent. */
  readonly staleAfterMs?: number | undefined;
  readonly events?: EventOptions | undefined;
  /** Warnings and errors go to the console when absent. */
  readonly logger?: Logger | undefined;
}

/**
 * A client that starts at once and never stops trying; from a cache it answers in the same turn. What it recorded is
 * sent when the page hides, in a request that outlives the page.
 *
 * @throws TypeError when `url` is no http address or `key` is missing: the one mistake that no retry mends.
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
  const { key, cache = true, staleAfterMs, bootstrap, privateAttributes, logger = consoleLogger } = options;
  if (!key) throw new TypeError('key: expected a browser key');
  const context = copyOf(options.context, privateAttributes);
  const core = createCoreClient({
    platform: browserPlatform({ baseUrl: baseUrlOf(options.url), key, cache, logger }),
    key,
    changedBetween: changedAnswers,
    context,
    staleAfterMs,
    events: { ...options.events, batchBytesMax: KEEPALIVE_BYTES_MAX },
  });
  core.restore({ bootstrap, load: cache ? loadCached : undefined });
  const life = new AbortController();
  const client = browserClient(core, { context, privateAttributes, onClose: () => life.abort() });
  return {
    // Types of flags exist only for the compiler: what is served is of the default's type, whatever they say.
    client: client as unknown as BrowserClient<F>,
    start() {
      followPage(core, life.signal);
      core.start();
    },
  };
}

function baseUrlOf(url: string): string {
  if (!/^https?:\/\/[^/]/.test(url)) {
    throw new TypeError(`url: expected the server's address, got ${url}`);
  }
  return url.replace(/\/+$/, '');
}
