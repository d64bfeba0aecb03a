import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { PageOf } from '@tidegate/protocol/types';
import { type Place, usePlace } from './place.ts';

export interface ReadOptions {
  /** How often it is read again; without it, when something of the environment changed. */
  readonly everyMs?: number | undefined;
  readonly enabled?: boolean;
}

/** One document of the environment, read anew when the environment changes. `path` begins after the environment's. */
export function useRead<Body>(path: string, { everyMs, enabled = true }: ReadOptions = {}): UseQueryResult<Body> {
  const { api, base, environment } = usePlace();
  return useQuery({
    queryKey: [environment, path],
    queryFn: () => api.get<Body>(base + path),
    enabled,
    ...polledEvery(everyMs),
  });
}

/** All of a list of the environment. */
export function useList<Item>(
  path: string,
  { everyMs, enabled = true }: ReadOptions = {},
): UseQueryResult<readonly Item[]> {
  const { api, base, environment } = usePlace();
  return useQuery({
    queryKey: [environment, path, 'all'],
    queryFn: () => api.list<Item>(base + path),
    enabled,
    ...polledEvery(everyMs),
  });
}

/** The first page of a list. */
export function usePage<Item>(path: string, options: ReadOptions = {}): UseQueryResult<PageOf<Item>> {
  return useRead<PageOf<Item>>(path, options);
}

/** A write, after which everything that is on the screen is read again. */
export function useChange<Given, Body>(
  write: (place: Place, given: Given) => Promise<Body>,
): UseMutationResult<Body, Error, Given> {
  const place = usePlace();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (given: Given) => write(place, given),
    // Also after a refusal: what was refused may be so because the screen is old.
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['newest-revision', place.environment] });
      return queries.invalidateQueries({ queryKey: [place.environment] });
    },
  });
}

/** Read by its own period, and not when something of the environment changed. */
function polledEvery(everyMs: number | undefined) {
  return everyMs === undefined ? {} : { refetchInterval: everyMs, meta: { isPolled: true } };
}
