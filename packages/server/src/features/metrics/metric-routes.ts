import {
  type MetricDocument,
  type MetricSettings,
  metricPatchSchema,
  metricSettingsSchema,
  metricViewSchema,
  type NewMetric,
  newMetricSchema,
} from '@tidegate/protocol';
import { problem } from '../../http/problem.ts';
import type { Route } from '../../http/route.ts';
import type { DocumentId, Storage } from '../../storage/storage.ts';
import { type DocumentDeps, type DocumentTraits, documentRoutes, metricDocumentOf } from '../documents/index.ts';

const metricTraits: DocumentTraits<NewMetric, MetricSettings, MetricDocument> = {
  kind: 'metric',
  plural: 'metrics',
  schemas: {
    create: newMetricSchema,
    settings: metricSettingsSchema,
    patch: metricPatchSchema,
    view: metricViewSchema,
  },
  problems: [],
  restoreProblems: [],
  archiveProblems: ['still-used'],
  keyOf: ({ key }) => key,
  documentOf: metricDocumentOf,
  create: (body, { createdAtMs }) => ({ ...body, createdAtMs }),
  settingsOf: ({ key, createdAtMs, ...settings }) => settings,
  withSettings: ({ key, createdAtMs }, settings) => ({ key, ...settings, createdAtMs }),
  // A metric refers to nothing, and a running rollout keeps its guards as they were when it started.
  check: async () => undefined,
  checkArchive: checkMetricUnused,
};

export function metricRoutes(deps: DocumentDeps): Route[] {
  return documentRoutes(metricTraits, deps);
}

/** Rollouts per read. */
const PAGE_LIMIT = 200;

async function checkMetricUnused({ storage, id }: { storage: Storage; id: DocumentId }): Promise<void> {
  for (let after: string | undefined; ; ) {
    const page = { active: true, limit: PAGE_LIMIT, ...(after === undefined ? {} : { after }) };
    const rollouts = await storage.listRollouts(id.environment, page);
    const user = rollouts.find((rollout) =>
      rollout.plan.guards.some((guard) => guard.metric === id.key && guard.definition === undefined),
    );
    if (user !== undefined) {
      throw problem('still-used', {
        detail: `Metric ${id.key} guards the active rollout ${user.id} of ${user.flagKey}.`,
      });
    }
    after = rollouts.at(-1)?.id;
    if (rollouts.length < PAGE_LIMIT) return;
  }
}
