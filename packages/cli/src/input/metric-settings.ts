import { explainIssues, type MetricSettings, metricSettingsSchema } from '@tidegate/protocol';
import { UsageError } from '../errors.ts';
import type { CliIo } from '../io.ts';
import { loadYamlFile } from '../plan-file/load-plan-file.ts';

/** The settings of a metric, as the API takes them, without its key. @throws UsageError (exit code 2) */
export async function readMetricSettings(file: string, io: Pick<CliIo, 'readTextFile'>): Promise<MetricSettings> {
  const { success, data, error } = metricSettingsSchema.safeParse(await loadYamlFile(file, io));
  if (success) return data;
  const flaws = explainIssues(error).map(({ path, detail }) => `${path.map(String).join('.')}: ${detail}`);
  throw new UsageError(`${file} is no metric: ${flaws.join('; ')}`);
}
