'use client';

import { createElement, type ReactElement, type ReactNode, useEffect, useState } from 'react';
import type { BrowserClient } from '../browser-client.ts';
import type { ClientOptions } from '../client-options.ts';
import { flagStoreOf } from './flag-store.ts';
import { FlagStoreContext } from './flag-store-context.ts';
import { ownClient } from './own-client.ts';
import type { RegisteredFlags } from './register.ts';

export type TidegateProviderProps = { readonly children?: ReactNode } & (
  | {
      /**
       * A client is made of them, and closed when the provider goes. Another `context` is asked for when it says
       * something else; other options are those of the first render. On a server, only the bootstrap answers.
       */
      readonly options: ClientOptions;
      readonly client?: undefined;
    }
  | {
      /** One of the application's own, made once and outside of components. It stays open. */
      readonly client: BrowserClient<RegisteredFlags>;
      readonly options?: undefined;
    }
);

/** Gives the flags of one client to the components below. */
export function TidegateProvider({ children, client, options }: TidegateProviderProps): ReactElement {
  return client === undefined
    ? createElement(OwnClientProvider, { options }, children)
    : createElement(FlagStoreContext.Provider, { value: flagStoreOf(client) }, children);
}

function OwnClientProvider({ options, children }: { options: ClientOptions; children?: ReactNode }): ReactElement {
  const [own, setOwn] = useState(() => ownClient(options));
  // biome-ignore lint/correctness/useExhaustiveDependencies: a client is made of the options of the first render
  useEffect(() => {
    // It was let go, and is shown again: what was hidden for a while, for one.
    if (own.isClosed()) setOwn(ownClient(options));
    else return own.hold();
    return undefined;
  }, [own]);
  useEffect(() => own.follow(options.context));
  return createElement(FlagStoreContext.Provider, { value: own.store }, children);
}
