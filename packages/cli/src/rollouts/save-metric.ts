import { type MetricSettings, type MetricView, metricSettingsSchema } from '@tidegate/protocol';
import type { TidegateApi } from '../api/tidegate-api.ts';
import { mergePatchBetween } from '../flag-file/merge-patch-between.ts';

export interface SavedMetric {
  readonly metric: MetricView;
  readonly changed: boolean;
}

/** Makes a metric what the settings say, whether there is none, another, or an archived one. */
export async function saveMetric(
  api: TidegateApi,
  { key, settings, reason }: { readonly key: string; readonly settings: MetricSettings; readonly reason: string },
): Promise<SavedMetric> {
  const found = await api.findDocument({ kind: 'metric', key });
  if (found === undefined) {
    return { metric: await api.createDocument('metric', { key, ...settings }, reason), changed: true };
  }
  const { revision, archived } = found;
  const patch = mergePatchBetween({ ...settingsOf(found) }, { ...settings }) ?? settings;
  const at = { kind: 'metric', key, revision } as const;
  if (archived) {
    // The change before the one that archived it, which made its revision.
    return { metric: await api.restoreDocument(at, { to: revision - 1, patch, reason }), changed: true };
  }
  if (Object.keys(patch).length === 0) return { metric: found, changed: false };
  return { metric: await api.patchDocument(at, patch, reason), changed: true };
}

/** With the defaults of what a metric of long ago has not. */
function settingsOf({ key, createdAtMs, updatedAtMs, revision, archived, ...settings }: MetricView): MetricSettings {
  return metricSettingsSchema.parse(settings);
}
