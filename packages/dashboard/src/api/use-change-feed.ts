import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ChangeView, PageOf } from '@tidegate/protocol/types';
import { useEffect, useRef } from 'react';
import { type Place, usePlace } from './place.ts';

/** Live enough for a person, and one small answer. */
const LOOK_EVERY_MS = 2_000;

/**
 * Looks at the newest revision of the environment, and reads what is shown again when there is a new one: whoever
 * changed it. So lists of any length stay live without being polled.
 */
export function useChangeFeed(): { readonly revision: number | undefined; readonly error: Error | null } {
  const { api, base, environment }: Place = usePlace();
  const queries = useQueryClient();
  const seen = useRef<number | undefined>(undefined);
  const { data, error } = useQuery({
    queryKey: ['newest-revision', environment],
    queryFn: async () => {
      const page = await api.get<PageOf<ChangeView>>(`${base}/changes?order=newest&limit=1`);
      return page.items[0]?.revision ?? 0;
    },
    refetchInterval: LOOK_EVERY_MS,
  });
  useEffect(() => {
    if (data === undefined) return;
    if (seen.current !== undefined && seen.current !== data) {
      void queries.invalidateQueries({ queryKey: [environment] });
    }
    seen.current = data;
  }, [data, environment, queries]);
  return { revision: data, error };
}
