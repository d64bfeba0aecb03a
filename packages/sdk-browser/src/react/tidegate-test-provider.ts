'use client';

import { type JsonValue, valueFlag } from '@tidegate/sdk-core';
import { createElement, type ReactElement, type ReactNode, useMemo } from 'react';
import type { BrowserClient } from '../browser-client.ts';
import { stillClient } from '../still-client.ts';
import { createFlagStore } from './flag-store.ts';
import { FlagStoreContext } from './flag-store-context.ts';
import type { RegisteredFlags } from './register.ts';

export interface TidegateTestProviderProps {
  readonly children?: ReactNode;
  /** Values that everybody is served; every other flag is unknown, so that its default answers. */
  readonly flags?: Partial<RegisteredFlags>;
  /** What `useTrack` reports. */
  readonly onTrack?: BrowserClient['track'];
}

/** Flags for tests of components: values that are there at once, and change when other ones are given. No server. */
export function TidegateTestProvider({ children, flags = {}, onTrack }: TidegateTestProviderProps): ReactElement {
  const text = JSON.stringify(flags);
  const store = useMemo(() => {
    const client = testClient(JSON.parse(text));
    return createFlagStore(onTrack === undefined ? client : { ...client, track: onTrack });
  }, [text, onTrack]);
  return createElement(FlagStoreContext.Provider, { value: store }, children);
}

function testClient(flags: Readonly<Record<string, JsonValue>>): BrowserClient {
  const revision = 1;
  const documents = Object.entries(flags).map(([key, value]) =>
    valueFlag({ key, kind: 'json', revision }, { value, variation: 'test', reason: 'STATIC', revision }),
  );
  const about = { protocol: 1, environment: 'test', revision, confirmedAtMs: 0, exposed: [] } as const;
  return stillClient({ context: {}, bootstrap: { ...about, flags: documents, segments: [] } });
}
