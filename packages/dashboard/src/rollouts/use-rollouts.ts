import { useQueries, useQuery } from '@tanstack/react-query';
import type { RolloutView } from '@tidegate/protocol/types';
import { listEnvironments } from '../api/list-environments.ts';
import { baseOf, usePlace } from '../api/place.ts';

/** Those that run change by themselves. */
const EVERY_MS = 2_000;

/** One environment, or all that the key may read. */
export const EVERYWHERE = '';

interface Rollouts {
  readonly running: readonly RolloutView[];
  readonly ended: readonly RolloutView[];
  readonly isPending: boolean;
  readonly error: Error | null;
}

/** The rollouts of an environment, or of all. */
export function useRollouts(wanted: string): Rollouts {
  const { api } = usePlace();
  const known = useEnvironments();
  const chosen = wanted === EVERYWHERE ? known : [wanted];
  const read = (isActive: boolean) => ({
    queries: chosen.map((environment) => ({
      queryKey: [environment, `/rollouts?active=${isActive}`, 'all'],
      queryFn: () => api.list<RolloutView>(`${baseOf(environment)}/rollouts?active=${isActive}`),
      ...(isActive ? { refetchInterval: EVERY_MS } : {}),
    })),
  });
  const running = useQueries(read(true));
  const ended = useQueries(read(false));
  const error = [...running, ...ended].find((one) => one.error !== null)?.error ?? null;
  return {
    running: running.flatMap(({ data }) => data ?? []),
    ended: ended.flatMap(({ data }) => data ?? []),
    isPending: running.some((one) => one.isPending),
    error,
  };
}

/** The names of the environments that the key may choose from. */
export function useEnvironments(): readonly string[] {
  const { api, environment } = usePlace();
  const { data } = useQuery({
    queryKey: ['environments'],
    queryFn: () => listEnvironments(api, environment),
  });
  return data?.map((known) => known.environment) ?? [environment];
}
