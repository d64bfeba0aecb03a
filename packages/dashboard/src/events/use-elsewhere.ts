import { useQuery } from '@tanstack/react-query';
import type { RecentEvents } from '@tidegate/protocol/types';
import type { Api } from '../api/api.ts';
import { listEnvironments } from '../api/list-environments.ts';
import { baseOf, usePlace } from '../api/place.ts';
import { SILENT_MS } from './diagnose.ts';

/** Environments that are looked into: whoever has more finds the key by its name. */
const LOOKED_INTO_MAX = 20;

/** Into which other environments events come, when none comes into this one. */
export function useElsewhere(isAsked: boolean, nowMs: number): readonly string[] {
  const { api, environment } = usePlace();
  const { data } = useQuery({
    queryKey: ['events elsewhere', environment],
    enabled: isAsked,
    queryFn: async () => {
      const others = (await listEnvironments(api, environment)).filter((other) => other.environment !== environment);
      const lasts = others.slice(0, LOOKED_INTO_MAX).map(async (other) => ({
        name: other.environment,
        lastAtMs: await lastEventOf(api, other.environment),
      }));
      return Promise.all(lasts);
    },
  });
  return (data ?? []).flatMap(({ name, lastAtMs }) => (nowMs - lastAtMs <= SILENT_MS ? [name] : []));
}

/** 0 where nothing came, or where this key or this node may not say. */
async function lastEventOf(api: Api, environment: string): Promise<number> {
  const recent = await api.get<RecentEvents>(`${baseOf(environment)}/recent-events`).catch(() => undefined);
  return Math.max(0, ...(recent?.sdks ?? []).map(({ lastAtMs }) => lastAtMs));
}
