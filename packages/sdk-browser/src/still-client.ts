import {
  type Bootstrap,
  type Context,
  createCoreClient,
  type Platform,
  pageEvaluator,
  pageUnitHashes,
} from '@tidegate/sdk-core';
import { browserClient, copyOf, type InnerClient } from './browser-client.ts';
import { SDK } from './version.ts';

/**
 * A client that answers from a bootstrap, or says that it has nothing, for ever: it asks nobody, tells nobody and holds no
 * timer. For what is rendered on a server, and for tests.
 */
export function stillClient(options: StillClientOptions): InnerClient {
  const context = copyOf(options.context, options.privateAttributes);
  const core = createCoreClient({
    platform: STILL_PLATFORM,
    key: '',
    context,
    changedBetween: () => [],
    connect: () => ({ state: () => 'idle', start() {}, pause() {}, contextChanged() {}, close() {} }),
  });
  core.restore({ bootstrap: options.bootstrap });
  return browserClient(core, { context, onClose: () => undefined });
}

export interface StillClientOptions {
  readonly context: Context;
  readonly privateAttributes?: readonly string[] | undefined;
  readonly bootstrap?: Bootstrap | undefined;
}

/** Time stands still here, so that whoever waits for it has waited long enough at once. */
const STILL_PLATFORM: Platform = {
  sdk: SDK,
  evaluator: pageEvaluator,
  unitHashes: pageUnitHashes,
  json: JSON,
  epochMs: () => 0,
  monotonicMs: () => 0,
  random: () => 0,
  randomUuid: () => 'still',
  after(_, callback) {
    let isCancelled = false;
    void Promise.resolve().then(() => {
      if (!isCancelled) callback();
    });
    return () => {
      isCancelled = true;
    };
  },
  async request(_, { body }) {
    // Only batches of events are sent; they go nowhere.
    const { seq } = JSON.parse(String(body));
    return { status: 200, headers: { get: () => null }, body: JSON.stringify({ acknowledgedSeq: seq }) };
  },
  openStream: () => () => undefined,
  log: () => undefined,
};
