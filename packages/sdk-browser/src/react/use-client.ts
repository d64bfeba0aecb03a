'use client';

import { useCallback } from 'react';
import type { BrowserClient } from '../browser-client.ts';
import { useFlagStore } from './flag-store-context.ts';
import type { RegisteredFlags } from './register.ts';

/** The client of the provider above: for `setContext`, `run`, `status`. */
export function useClient(): BrowserClient<RegisteredFlags> {
  return useFlagStore().client;
}

/** Reports what the user did: `track('purchase', { value: 19.9 })`. The same function at each render. */
export function useTrack(): BrowserClient['track'] {
  const client = useClient();
  return useCallback((event, outcome) => client.track(event, outcome), [client]);
}
