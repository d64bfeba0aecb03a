import {
  type InfiniteData,
  type UseInfiniteQueryResult,
  useInfiniteQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { ChangeView, HistoryEntry, PageOf } from '@tidegate/protocol/types';
import { useEffect, useMemo } from 'react';
import { usePlace } from '../api/place.ts';
import { usePage } from '../api/use-read.ts';
import { joinNewest } from '../parts/join-newest.ts';

type Change = ChangeView | HistoryEntry;

const PAGE = 100;
const NONE: readonly Change[] = [];

/**
 * The changes at an address, newest first, as many as were asked for so far. What is in the log stays as it is, so a page
 * is read once; only the newest one is read again when the environment changes.
 */
export function useChanges(path: string): {
  readonly rows: readonly Change[];
  readonly pages: UseInfiniteQueryResult<InfiniteData<PageOf<Change>>>;
} {
  const { api, base, environment } = usePlace();
  const queries = useQueryClient();
  const page = `${path}${path.includes('?') ? '&' : '?'}limit=${PAGE}`;
  // Not under the environment's name, by which everything is read again.
  const queryKey = useMemo(() => ['changes', environment, page], [environment, page]);
  const pages = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) =>
      api.get<PageOf<Change>>(`${base}${page}${pageParam === '' ? '' : `&after=${pageParam}`}`),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const newest = usePage<Change>(page, { enabled: pages.data !== undefined });
  const read = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? NONE, [pages.data]);
  const joined = useMemo(
    () => joinNewest(newest.data?.items ?? NONE, read, ({ revision }) => revision),
    [newest.data, read],
  );
  const isApart = joined === undefined;
  useEffect(() => {
    if (isApart) void queries.resetQueries({ queryKey });
  }, [isApart, queries, queryKey]);
  return { rows: joined ?? read, pages };
}
