import type { Bootstrap, Context } from '@tidegate/sdk-core';
import type { InnerClient } from './browser-client.ts';
import { createPageClient } from './page-client.ts';

export interface StillClientOptions {
  readonly context: Context;
  readonly privateAttributes?: readonly string[] | undefined;
  readonly bootstrap?: Bootstrap | undefined;
}

/** Nothing that anybody could wait for will come. */
const AT_ONCE = { timeoutMs: 0 };

/**
 * A client that answers from a bootstrap, or says that it has nothing, for ever: it asks nobody and tells nobody, because
 * it is closed before it starts, and keeps nobody waiting. For what is rendered on a server, and for tests.
 */
export function stillClient({ context, privateAttributes, bootstrap }: StillClientOptions): InnerClient {
  const silent = { baseUrl: '', key: '', cache: false, log: () => undefined };
  const { client } = createPageClient({ ...silent, context, privateAttributes, bootstrap });
  void client.close();
  return {
    ...client,
    waitForInitialization: () => client.waitForInitialization(AT_ONCE),
    setContext: (context) => client.setContext(context, AT_ONCE),
  };
}
