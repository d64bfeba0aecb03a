import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ChangeView, PageOf } from '@tidegate/protocol/types';
import { useEffect, useRef } from 'react';
import { type Place, usePlace } from './place.ts';
import { followFlags } from './use-flags.ts';

/** Live enough for a person, and one small answer. */
const LOOK_EVERY_MS = 2_000;
/** Changes told at once. After more of them nobody looks at each. */
const CHANGES_MAX = 100;

interface Look {
  readonly revision: number;
  /** What changed since the look before; undefined when that is too much to tell, or nothing was seen before. */
  readonly changes: readonly ChangeView[] | undefined;
}

/**
 * Asks what changed in the environment since it asked last, and reads what is shown again when something did: whoever
 * changed it. What has a period of its own is read by that period.
 */
export function useChangeFeed(): { readonly revision: number | undefined; readonly error: Error | null } {
  const place = usePlace();
  const { environment } = place;
  const queries = useQueryClient();
  const seen = useRef<{ readonly environment: string; readonly revision: number } | undefined>(undefined);
  const { data, error } = useQuery({
    queryKey: ['newest-revision', environment],
    queryFn: () => look(place, seen.current?.environment === environment ? seen.current.revision : undefined),
    refetchInterval: LOOK_EVERY_MS,
    // What was seen last of an environment is what its list of flags is to be followed from when one comes back to it.
    gcTime: Number.POSITIVE_INFINITY,
  });
  useEffect(() => {
    if (data === undefined) return;
    const before = seen.current;
    seen.current = { environment, revision: data.revision };
    if (before?.environment !== environment || before.revision === data.revision) return;
    void queries.invalidateQueries({ queryKey: [environment], predicate: ({ meta }) => meta?.['isPolled'] !== true });
    void followFlags(queries, place, data.changes);
  }, [data, environment, place, queries]);
  return { revision: data?.revision, error };
}

async function look({ api, base }: Place, since: number | undefined): Promise<Look> {
  if (since !== undefined) {
    const page = await api.get<PageOf<ChangeView>>(`${base}/changes?after=${since}&limit=${CHANGES_MAX}`);
    if (page.next === null) return { revision: page.items.at(-1)?.revision ?? since, changes: page.items };
  }
  const page = await api.get<PageOf<ChangeView>>(`${base}/changes?order=newest&limit=1`);
  return { revision: page.items[0]?.revision ?? 0, changes: undefined };
}
