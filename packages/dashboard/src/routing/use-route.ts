import { useSyncExternalStore } from 'react';
import { usePlace } from '../api/place.ts';
import { addressOf, type PageRoute, parseRoute, type Room } from './route.ts';

export function useRoute(): PageRoute {
  return parseRoute(useSyncExternalStore(subscribe, readHash));
}

export function go(address: string): void {
  window.location.hash = address;
}

/** Addresses inside of the environment that is open. */
export function useAddress(): (room: Room, key?: string, query?: Readonly<Record<string, string>>) => string {
  const { environment } = usePlace();
  return (room, key, query) => addressOf(environment, room, key, query);
}

function subscribe(onChange: () => void): () => void {
  window.addEventListener('hashchange', onChange);
  return () => window.removeEventListener('hashchange', onChange);
}

function readHash(): string {
  return window.location.hash;
}
