import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { DecisionView, PageOf } from '@tidegate/protocol/types';
import { useRef } from 'react';
import { usePlace } from '../api/place.ts';
import { joinNewest } from '../parts/join-newest.ts';

/** A decision has its whole input, which is some kilobytes. */
const PAGE = 50;
/** Read when one comes to a rollout: its newest; so a long log shows its last days at once, and all of it on demand. */
export const FIRST_PAGES = 4;

interface Decisions {
  /** Newest first. */
  readonly items: readonly DecisionView[];
  /** Whether the log begins with the last of them. */
  readonly isWhole: boolean;
}

/**
 * The log of a rollout, newest first. What stands in it stays as it is, so with another version of the rollout only what
 * came since is read. `pageCount` is how much of it is wanted.
 */
export function useDecisions(
  rolloutId: string,
  version: number | undefined,
  pageCount: number,
): UseQueryResult<Decisions> {
  const { api, base, environment } = usePlace();
  const known = useRef<Decisions>({ items: [], isWhole: false });
  return useQuery({
    // Beside what is read again with each change: the version says when there is more.
    queryKey: ['decisions', environment, rolloutId, version, pageCount],
    enabled: version !== undefined,
    placeholderData: (before) => before,
    queryFn: async () => {
      const read = (before?: number) => {
        const from = before === undefined ? '' : `&before=${before}`;
        return api.get<PageOf<DecisionView>>(
          `${base}/rollouts/${encodeURIComponent(rolloutId)}/decisions?limit=${PAGE}${from}`,
        );
      };
      const newest = await read();
      const joined = joinNewest(newest.items, known.current.items, ({ sequence }) => sequence);
      let items = joined ?? newest.items;
      let isWhole = newest.next === null || (joined !== undefined && known.current.isWhole);
      while (!isWhole && items.length < pageCount * PAGE) {
        const older = await read(items.at(-1)?.sequence);
        items = [...items, ...older.items];
        isWhole = older.next === null || older.items.length === 0;
      }
      known.current = { items, isWhole };
      return known.current;
    },
  });
}
