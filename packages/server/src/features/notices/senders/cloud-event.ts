import type { Message } from './sender.ts';

/** CloudEvents 1.0 (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md). */
export function cloudEventOf({ id, notice }: Message) {
  const [project, environment] = notice.environment.split('/');
  return {
    specversion: '1.0',
    id,
    source: `/api/v1/projects/${project}/environments/${environment}/rollouts/${notice.rolloutId}`,
    type: `dev.tidegate.rollout.${notice.kind}`,
    subject: notice.flagKey,
    time: new Date(notice.atMs).toISOString(),
    datacontenttype: 'application/json',
    data: notice,
  };
}
