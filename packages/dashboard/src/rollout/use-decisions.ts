import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { DecisionView, PageOf } from '@tidegate/protocol/types';
import { useRef } from 'react';
import { usePlace } from '../api/place.ts';
import { joinDecisions } from './join-decisions.ts';

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
      let { items, isWhole } = known.current;
      let before: string | null = null;
      for (let page = 0; page < pageCount; page += 1) {
        const at: string = before === null ? '' : `&before=${before}`;
        const read: PageOf<DecisionView> = await api.get<PageOf<DecisionView>>(
          `${base}/rollouts/${encodeURIComponent(rolloutId)}/decisions?limit=${PAGE}${at}`,
        );
        const joined = joinDecisions(read.items, items);
        isWhole = read.next === null || (joined.meets && isWhole);
        items = joined.items;
        before = joined.meets ? String(items.at(-1)?.sequence) : read.next;
        if (isWhole || before === null || items.length >= pageCount * PAGE) break;
      }
      known.current = { items, isWhole };
      return known.current;
    },
  });
}
