import type { AnyFlags, Context } from '@tidegate/sdk-core';
import type { ClientOptions } from '../client-options.ts';
import { prepareClient } from '../create-client.ts';
import { stillClient } from '../still-client.ts';
import { createFlagStore, type FlagStore } from './flag-store.ts';

/**
 * A client that lives as long as somebody holds it. It is made in a render, which may be thrown away or done twice, so
 * until it is held it asks nobody and sets no timer; on a server, where nobody holds anything, it is a still one.
 */
export interface OwnClient {
  readonly store: FlagStore;
  /** Starts it. Gives what lets it go: it is closed unless it is held again in the same turn, as StrictMode does. */
  hold(): () => void;
  isClosed(): boolean;
  /** Another context than before is asked for. */
  follow(context: Context): void;
}

export function ownClient(options: ClientOptions): OwnClient {
  const first = stillClient(options);
  const isServer = typeof document === 'undefined';
  const { client, start } = isServer ? { client: first, start: () => undefined } : prepareClient<AnyFlags>(options);
  let holderCount = 0;
  let state: 'made' | 'started' | 'closed' = 'made';
  let followed = JSON.stringify(options.context);
  return {
    store: createFlagStore(client, first),
    isClosed: () => state === 'closed',
    hold() {
      holderCount += 1;
      if (state === 'made') {
        state = 'started';
        start();
      }
      return () => {
        holderCount -= 1;
        void Promise.resolve().then(() => {
          if (holderCount > 0 || state === 'closed') return;
          state = 'closed';
          void client.close();
        });
      };
    },
    follow(context) {
      const text = JSON.stringify(context);
      if (text === followed) return;
      followed = text;
      void client.setContext(context);
    },
  };
}
