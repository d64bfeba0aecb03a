import type { BrowserClient } from '../browser-client.ts';

/**
 * Which renders are to be done again: a number per flag, which grows when the flag may answer otherwise, and is watched
 * by those who read that flag alone.
 *
 *     -1   nothing is known, everybody has defaults
 *      0   as the page's bootstrap says, which is what its server rendered
 *     1 …  as the client says
 *
 * So a page that hydrates late renders what its server did, whatever has become known since, and then once more if that
 * is something else; and one whose first snapshot says the same as its bootstrap renders nothing again.
 */
export interface FlagStore {
  /** Who answers when the number is such. */
  answering(version: number): Pick<BrowserClient, 'peek'>;
  readonly client: BrowserClient;
  versionOf(flagKey: string): number;
  /** That of the first render, on a server and where it is hydrated. */
  readonly firstVersion: number;
  subscribe(flagKey: string, listener: () => void): () => void;
  /** Fulfilled when there are flags, or none have come in time. The same one each time. */
  settled(): Promise<void>;
  isSettled(): boolean;
}

/** Under this key, which is no flag's, is told how far answers are to be trusted: STALE, or not any more. */
export const TRUST = '';

/** `first` answers as the server that rendered the page did; it is the client where there was none. */
export function createFlagStore(client: BrowserClient, first: BrowserClient = client): FlagStore {
  const versions = new Map<string, number>([[TRUST, 0]]);
  const listeners = new Map<string, Set<() => void>>();
  let base = versionNow(client);
  let settled: Promise<void> | undefined;
  let isSettled = false;

  const versionOf = (flagKey: string): number => versions.get(flagKey) ?? base;
  const tell = (flagKey: string): void => {
    for (const listener of listeners.get(flagKey) ?? []) listener();
  };
  const grow = (flagKey: string): void => {
    versions.set(flagKey, versionOf(flagKey) + 1);
    tell(flagKey);
  };
  client.on('change', ({ flagKeys }) => flagKeys.forEach(grow));
  client.on('stale', () => grow(TRUST));
  client.on('recovered', () => grow(TRUST));
  if (base < 0) {
    client.on('ready', () => {
      base = 1;
      for (const flagKey of listeners.keys()) tell(flagKey);
    });
  }
  return {
    client,
    versionOf,
    firstVersion: versionNow(first),
    answering: (version) => (version > 0 ? client : first),
    isSettled: () => isSettled || base >= 0,
    settled() {
      const settle = (): void => {
        isSettled = true;
      };
      settled ??= client.waitForInitialization().then(settle, settle);
      return settled;
    },
    subscribe(flagKey, listener) {
      const heard = listeners.get(flagKey) ?? new Set();
      listeners.set(flagKey, heard.add(listener));
      return () => {
        heard.delete(listener);
        if (heard.size === 0) listeners.delete(flagKey);
      };
    },
  };
}

function versionNow(client: BrowserClient): number {
  const { source } = client.status();
  if (source === undefined) return -1;
  return source === 'bootstrap' ? 0 : 1;
}

const stores = new WeakMap<BrowserClient, FlagStore>();

/** That of a client whose life is the application's: one, however often it is rendered. */
export function flagStoreOf(client: BrowserClient): FlagStore {
  const store = stores.get(client) ?? createFlagStore(client);
  stores.set(client, store);
  return store;
}
