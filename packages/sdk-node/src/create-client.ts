import { type AnyFlags, createCoreClient, type EventOptions } from '@tidegate/sdk-core';
import { createCacheKeeper } from './cache-keeper.ts';
import { diskCache } from './disk-cache.ts';
import { createFileClient } from './file-client.ts';
import { loadCached } from './load-cached.ts';
import { createNodeClient, type GuardOptions, type NodeClient } from './node-client.ts';
import { consoleLogger, type Logger, nodePlatform } from './node-platform.ts';

export type ClientOptions = ServerOptions | FileOptions;

/** Flags from a Tidegate server. */
export interface ServerOptions extends GuardOptions {
  readonly file?: undefined;
  /** Where the Tidegate server is: `https://flags.example.com`, with a path where it has one. */
  readonly url: string;
  /** A server key, `tg_srv_…`. It is a secret: rules come with it. */
  readonly key: string;
  /**
   * A directory for the last good flags, so that a process that starts while the server is down starts with them.
   * Made when missing. Several processes may share it.
   */
  readonly cacheDir?: string | undefined;
  /** Flags count as stale when the server was not heard for that long; 60 000 when absent. */
  readonly staleAfterMs?: number | undefined;
  readonly events?: EventOptions | undefined;
  /** Warnings and errors go to standard error when absent. */
  readonly logger?: Logger | undefined;
}

/** Flags from a file, without a server: for development, tests of whole processes, and machines without a network. */
export interface FileOptions extends GuardOptions {
  /** The path of a `tidegate.json`; it is taken again whenever it changes. */
  readonly file: string;
  /** Flags count as stale when the file could not be read for that long; 60 000 when absent. */
  readonly staleAfterMs?: number | undefined;
  readonly logger?: Logger | undefined;
}

/**
 * A client that starts at once and never stops trying. Make one per process and key; it holds no process alive and
 * handles no signals, so call `close()` when the process ends, or lose the last events.
 *
 * `createClient<Flags>` with the interface that `tidegate codegen` writes knows the flags and their types.
 *
 * @throws TypeError when `url` is no http address or `key` is missing: the one mistake that no retry mends.
 */
export function createClient<F extends object = AnyFlags>(options: ClientOptions): NodeClient<F> {
  const client = options.file === undefined ? serverClient(options) : fileClient(options);
  // Types of flags exist only for the compiler: what is served is of the default's type, whatever they say.
  return client as unknown as NodeClient<F>;
}

function fileClient({ file: path, logger = consoleLogger, ...options }: FileOptions): NodeClient {
  return createFileClient({ ...options, path, logger });
}

function serverClient(options: ServerOptions): NodeClient {
  const { key, cacheDir, staleAfterMs, events, logger = consoleLogger } = options;
  if (typeof key !== 'string' || key === '') {
    throw new TypeError(`key: expected a server key (tg_srv_…), got ${key === '' ? 'an empty string' : typeof key}`);
  }
  const cache = cacheDir === undefined ? undefined : diskCache(cacheDir);
  const node = nodePlatform({ baseUrl: baseUrlOf(options.url), key, logger });
  const keeper = cache && createCacheKeeper(cache, node);
  const platform = keeper ? { ...node, save: keeper.saveSoon } : node;
  const core = createCoreClient({ platform, key, staleAfterMs, events });
  if (cache === undefined) core.start();
  else {
    loadCached({ cache, key, platform }, (text) => {
      core.restore(text);
      core.start();
    });
  }
  const client = createNodeClient(core, platform, options);
  return {
    ...client,
    async close(closeOptions) {
      const [isTold] = await Promise.all([client.close(closeOptions), keeper?.saveNow()]);
      return isTold;
    },
  };
}

function baseUrlOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') {
    throw new TypeError(`url: expected the server's address, such as http://localhost:4280, got ${String(url)}`);
  }
  return `${parsed.origin}${parsed.pathname}`.replace(/\/+$/, '');
}
