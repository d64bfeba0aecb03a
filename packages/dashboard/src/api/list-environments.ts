import type { EnvironmentView, ProjectView } from '@tidegate/protocol/types';
import { type Api, RefusedError } from './api.ts';
import { baseOf } from './place.ts';

/** What a first start makes, and so the best guess for a key that may not list environments. */
const ENVIRONMENT_DEFAULT = 'default/production';

export type KnownEnvironment = Pick<EnvironmentView, 'environment' | 'name' | 'critical'>;

/** The environments that the key may choose from; for a key of one environment, the one that was asked for. */
export async function listEnvironments(api: Api, wanted: string | undefined): Promise<readonly KnownEnvironment[]> {
  try {
    const projects = await api.list<ProjectView>('/api/v1/projects');
    const lists = await Promise.all(
      projects.map(({ key }) => api.list<EnvironmentView>(`/api/v1/projects/${encodeURIComponent(key)}/environments`)),
    );
    return lists.flat();
  } catch (error) {
    // Such a key may read its environment, and not the list of all.
    if (!(error instanceof RefusedError) || error.status !== 403) throw error;
    return [await api.get<EnvironmentView>(baseOf(wanted ?? ENVIRONMENT_DEFAULT))];
  }
}
