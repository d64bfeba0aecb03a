import { parseDuration } from '@tidegate/analysis/quantities';
import { explainIssues, type MetricQuery, metricQuerySchema } from '@tidegate/protocol';
import { UsageError } from '../errors.ts';
import type { CliIo } from '../io.ts';
import { loadYamlFile } from '../plan-file/load-plan-file.ts';

export interface QueryOptions {
  readonly value?: string;
  readonly events?: string;
  readonly units?: string;
  readonly file?: string;
  /** In milliseconds; goes before what the file says. */
  readonly window?: number;
}

/** The query as the API takes it, from options or from a file as guards have it. @throws UsageError (exit code 2) */
export async function readMetricQuery(options: QueryOptions, io: Pick<CliIo, 'readTextFile'>): Promise<MetricQuery> {
  const { value, events, units, file, window: windowMs } = options;
  const forms = [file, value, events ?? units].filter((form) => form !== undefined);
  if (forms.length !== 1) {
    throw new UsageError('Say what to ask, in one way: --value, or --events and --units, or --file.');
  }
  const over = windowMs === undefined ? {} : { windowMs };
  if (file !== undefined) return parseQuery(file, { ...queryIn(await loadYamlFile(file, io), file), ...over });
  const asked = value === undefined ? { kind: 'counts', events, units } : { kind: 'scalar', value };
  return parseQuery('What is asked', { ...asked, ...over });
}

/** With `windowMs` for the `window: 5m` that people write. */
function queryIn(written: unknown, file: string): object {
  if (typeof written !== 'object' || written === null || Array.isArray(written)) {
    throw new UsageError(`${file} is no query: expected its kind, and what that kind asks.`);
  }
  if (!('window' in written)) return written;
  const { window, ...query } = written;
  const windowMs = typeof window === 'string' ? parseDuration(window) : undefined;
  if (windowMs === undefined || 'windowMs' in query) {
    throw new UsageError(`${file} is no query: window: expected a duration like 30s or 5m, and no windowMs beside it.`);
  }
  return { ...query, windowMs };
}

function parseQuery(from: string, query: object): MetricQuery {
  const { success, data, error } = metricQuerySchema.safeParse(query);
  if (success) return data;
  const flaws = explainIssues(error).map(({ path, detail }) => `${path.map(String).join('.')}: ${detail}`);
  throw new UsageError(`${from} is no query: ${flaws.join('; ')}`);
}
