import { type AnyFlags, type Context, type CoreClient, createCoreClient, type EventOptions } from '@tidegate/sdk-core';
import { type BrowserClient, browserClient, copyOf } from './browser-client.ts';
import { browserPlatform, consoleLogger, type Logger, loadCached } from './browser-platform.ts';
import { changedAnswers } from './changed-answers.ts';
import { KEEPALIVE_BYTES_MAX } from './send-request.ts';

export interface ClientOptions {
  /** Where the Tidegate server is: `https://flags.example.com`, with a path where it has one. */
  readonly url: string;
  /** A browser key, `tg_web_…`. It is public; a server key must never be in a page. */
  readonly key: string;
  /** Whom flags are evaluated for. It is sent to the server, as far as values and not rules are asked of it. */
  readonly context: Context;
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
  const { key, cache = true, staleAfterMs, logger = consoleLogger } = options;
  if (!key) throw new TypeError('key: expected a browser key');
  const context = copyOf(options.context);
  const core = createCoreClient({
    platform: browserPlatform({ baseUrl: baseUrlOf(options.url), key, cache, logger }),
    key,
    changedBetween: changedAnswers,
    context,
    staleAfterMs,
    events: { ...options.events, batchBytesMax: KEEPALIVE_BYTES_MAX },
  });
  const stopWatching = hurryWhenHidden(core);
  core.start(cache ? loadCached : undefined);
  // Types of flags exist only for the compiler: what is served is of the default's type, whatever they say.
  return browserClient(core, context, stopWatching) as unknown as BrowserClient<F>;
}

/** A page that is hidden may be discarded without another event. */
function hurryWhenHidden(core: CoreClient): () => void {
  const hurry = ({ type }: Event): void => {
    if (type === 'pagehide' || document.visibilityState === 'hidden') core.events.sendNow();
  };
  // A worker has neither, and is never hidden.
  const page = globalThis.document as Document | undefined;
  page?.addEventListener('visibilitychange', hurry);
  addEventListener('pagehide', hurry);
  return () => {
    page?.removeEventListener('visibilitychange', hurry);
    removeEventListener('pagehide', hurry);
  };
}

function baseUrlOf(url: string): string {
  if (!/^https?:\/\/[^/]/.test(url)) {
    throw new TypeError(`url: expected the server's address, got ${url}`);
  }
  return url.replace(/\/+$/, '');
}
