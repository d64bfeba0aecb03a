import { useQuery } from '@tanstack/react-query';
import type { GuardTemplateView } from '@tidegate/protocol';
import { usePlace } from '../api/place.ts';

/** The templates of the environment's project, each in its newest version. */
export function useTemplates() {
  const { api, environment } = usePlace();
  return useQuery({
    queryKey: [environment, 'templates'],
    queryFn: () => api.list<GuardTemplateView>(templatesPath(environment)),
  });
}

export function templatesPath(environment: string): string {
  const [project = ''] = environment.split('/');
  return `/api/v1/projects/${encodeURIComponent(project)}/templates`;
}
