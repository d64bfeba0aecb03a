import type { Json, MetricDefinition } from '@tidegate/analysis/plans';
import { metricSettingsSchema } from '@tidegate/protocol';
import { explainIssues } from '../../http/explain-issues.ts';

/** What a template made, held to the shape of a metric and completed by its defaults. */
export function readMetric(value: Json): MetricDefinition | { readonly flaw: string } {
  const parsed = metricSettingsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [first] = explainIssues(parsed.error);
  return { flaw: `${first?.pointer || 'it'}: ${first?.detail}` };
}
