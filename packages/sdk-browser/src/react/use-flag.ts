'use client';

import type { FlagKey, JsonValue, ValueOf, VariationDetail, Widened } from '@tidegate/sdk-core';
import { useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { type FlagStore, TRUST } from './flag-store.ts';
import { useFlagStore } from './flag-store-context.ts';
import type { RegisteredFlags } from './register.ts';

/**
 * The value of a flag; the default while there is none of its type. The component renders again when this flag answers
 * otherwise, and for no other. It is counted, and exposed to a rollout, when it has been shown: not by a render that was
 * thrown away, and not by one on a server.
 *
 * A default that is an object counts as it was when the flag last changed: it may be written where it is used.
 */
export function useFlag<K extends FlagKey<RegisteredFlags>, T extends RegisteredFlags[K]>(
  flagKey: K,
  defaultValue: T,
): ValueOf<RegisteredFlags, K, T> {
  return useAnswer(useFlagStore(), { flagKey, defaultValue, trust: 0 }).value;
}

/** As `useFlag`, and why; it also renders again when the answer becomes STALE, or is not any more. */
export function useFlagDetails<K extends FlagKey<RegisteredFlags>, T extends RegisteredFlags[K]>(
  flagKey: K,
  defaultValue: T,
): VariationDetail<ValueOf<RegisteredFlags, K, T>> {
  const store = useFlagStore();
  return useAnswer(store, { flagKey, defaultValue, trust: useVersion(store, TRUST) });
}

/**
 * As `useFlag`; suspends until there are flags, or none have come within five seconds. The boundary that shows something
 * meanwhile belongs below the provider. With a bootstrap, or flags in the cache, it never suspends.
 */
export function useFlagSuspense<K extends FlagKey<RegisteredFlags>, T extends RegisteredFlags[K]>(
  flagKey: K,
  defaultValue: T,
): ValueOf<RegisteredFlags, K, T> {
  const store = useFlagStore();
  if (!store.isSettled()) throw store.settled();
  return useFlag(flagKey, defaultValue);
}

interface Asked<T> {
  readonly flagKey: string;
  readonly defaultValue: T;
  /** The version of `TRUST`, for who shows it. */
  readonly trust: number;
}

function useAnswer<T extends JsonValue>(
  store: FlagStore,
  { flagKey, defaultValue, trust }: Asked<T>,
): VariationDetail<Widened<T>> {
  const version = useVersion(store, flagKey);
  // Objects that are written where they are used are others at each render, and say the same.
  const isObject = typeof defaultValue === 'object' && defaultValue !== null;
  const defaultAs = isObject ? 'object' : defaultValue;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another version is asked anew
  const asked = useMemo(
    () => ({ defaultValue, serve: () => void store.client.variation(flagKey, defaultValue) }),
    [store, flagKey, defaultAs, version],
  );
  const served = useRef<unknown>(undefined);
  useEffect(() => {
    // StrictMode shows what is shown a second time.
    if (served.current === asked) return;
    served.current = asked;
    asked.serve();
  }, [asked]);
  return useMemo(
    () => store.answering(Math.max(version, trust)).peek(flagKey, asked.defaultValue),
    [store, flagKey, asked, version, trust],
  );
}

function useVersion(store: FlagStore, flagKey: string): number {
  return useSyncExternalStore(
    useCallback((listener: () => void) => store.subscribe(flagKey, listener), [store, flagKey]),
    () => store.versionOf(flagKey),
    () => (flagKey === TRUST ? 0 : store.firstVersion),
  );
}
