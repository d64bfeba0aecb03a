import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { FlagView } from '@tidegate/protocol/types';
import type { Place } from './place.ts';
import { findFlag } from './use-flags.ts';

/** The flag of this key in another environment; null where there is none. */
export function useFlagElsewhere(
  place: Place,
  key: string,
  { everyMs }: { readonly everyMs: number },
): UseQueryResult<FlagView | null> {
  return useQuery({
    // By which a change that is made there reads it again.
    queryKey: [place.environment, 'elsewhere', key],
    queryFn: async () => (await findFlag(place, key)) ?? null,
    refetchInterval: everyMs,
    staleTime: everyMs,
  });
}
