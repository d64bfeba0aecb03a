import { type QueryClient, type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { ChangeView, FlagView } from '@tidegate/protocol/types';
import { RefusedError } from './api.ts';
import { joinFlags } from './join-flags.ts';
import { type Place, usePlace } from './place.ts';

/** Flags that are read one by one after as many changes; after more of them the list is read anew. */
const ONE_BY_ONE_MAX = 20;

/**
 * All flags of the environment that are not archived, by key. A list of thousands is read once: whoever follows the
 * changes puts in place what each of them made, so that one change costs one small answer.
 */
export function useFlags(): UseQueryResult<readonly FlagView[]> {
  const { api, base, environment } = usePlace();
  return useQuery({
    queryKey: flagsKeyOf(environment),
    queryFn: () => api.list<FlagView>(`${base}/flags`),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Puts the flags of these changes into the list as they are now; undefined says that there were too many to tell. */
export async function followFlags(
  queries: QueryClient,
  { api, base, environment }: Place,
  changes: readonly ChangeView[] | undefined,
): Promise<void> {
  const queryKey = flagsKeyOf(environment);
  const list = queries.getQueryCache().find<readonly FlagView[]>({ queryKey });
  if (list === undefined) return;
  const keys = new Set(changes?.flatMap(({ kind, key }) => (kind === 'flag' ? [key] : [])));
  if (changes === undefined || keys.size > ONE_BY_ONE_MAX) return queries.invalidateQueries({ queryKey });
  if (keys.size === 0) return;
  try {
    // What is under way may have passed the flag before it changed, and would be put over what is read here.
    await list.promise;
    const read = await Promise.all([...keys].map((key) => findFlag({ api, base }, key)));
    const found = read.filter((flag) => flag !== undefined);
    queries.setQueryData<readonly FlagView[]>(queryKey, (flags) => flags && joinFlags(flags, found));
  } catch {
    // Read anew once it can be; the page says by itself that the server is away.
    await queries.invalidateQueries({ queryKey });
  }
}

/** Not under the environment's name alone, by which everything is read again. */
function flagsKeyOf(environment: string): readonly string[] {
  return ['flags', environment];
}

export async function findFlag({ api, base }: Pick<Place, 'api' | 'base'>, key: string): Promise<FlagView | undefined> {
  try {
    return await api.get<FlagView>(`${base}/flags/${encodeURIComponent(key)}`);
  } catch (error) {
    if (error instanceof RefusedError && error.status === 404) return undefined;
    throw error;
  }
}
