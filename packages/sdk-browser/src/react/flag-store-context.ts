'use client';

import { createContext, useContext } from 'react';
import type { FlagStore } from './flag-store.ts';

export const FlagStoreContext = createContext<FlagStore | undefined>(undefined);

/** @throws Error outside of a provider, which is a mistake that a default would hide. */
export function useFlagStore(): FlagStore {
  const store = useContext(FlagStoreContext);
  if (store === undefined) throw new Error('no TidegateProvider above this component');
  return store;
}
