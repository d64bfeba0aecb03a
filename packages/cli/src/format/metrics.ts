import { formatElapsed } from '@tidegate/analysis/quantities';
import type { MetricView } from '@tidegate/protocol';
import type { Paint } from './paint.ts';
import { formatTable } from './table.ts';
import { formatInstant, printable } from './text.ts';

export function formatMetricTable(metrics: readonly MetricView[], paint: Paint): string[] {
  if (metrics.length === 0) return ['There are no metrics.'];
  return formatTable({
    header: ['METRIC', 'KIND', 'EVENT', 'HARM', 'WINDOW', 'DESCRIPTION'].map((text) => paint.dim(text)),
    rows: metrics.map((metric) => [
      printable(metric.key),
      // One that was written before there were kinds has none.
      metric.kind ?? 'binary',
      printable(metric.event),
      metric.harm,
      'windowMs' in metric && metric.windowMs !== undefined ? formatElapsed(metric.windowMs) : '-',
      `${metric.archived ? paint.yellow('archived ') : ''}${printable(metric.description)}`.trim(),
    ]),
    rightAligned: [4],
  });
}

export function formatMetric(metric: MetricView, paint: Paint): string[] {
  const { key, revision, updatedAtMs, createdAtMs, archived, ...settings } = metric;
  const since = `revision ${revision} (since ${formatInstant(updatedAtMs)})`;
  return [
    `${paint.bold(printable(key))}  ${since}${archived ? paint.yellow('  archived') : ''}`,
    JSON.stringify(settings, null, 2),
  ];
}
