import { formatPercent } from '@tidegate/analysis/quantities';
import type { AdapterView, RolloutTraffic } from '@tidegate/protocol';
import type { Paint } from './paint.ts';
import { formatTable } from './table.ts';
import { formatInstant, printable } from './text.ts';

export function formatAdapters(adapters: readonly AdapterView[], paint: Paint): string[] {
  if (adapters.length === 0) return ['There are no traffic adapters.'];
  return formatTable({
    header: ['ADAPTER', 'KIND', 'WANTED', 'HAS', 'FOLLOWS', 'SAYS'].map((text) => paint.dim(text)),
    rows: adapters.map(({ key, settings, weight }) => [
      printable(key),
      settings.kind,
      weight === null ? '-' : formatPercent(weight.desiredPpm),
      formatApplied(weight, paint),
      weight?.driven === true ? printable(weight.rolloutId) : '-',
      printable(weight?.detail ?? ''),
    ]),
    rightAligned: [2, 3],
  });
}

export function formatAdapter({ key, version, settings, weight }: AdapterView, paint: Paint): string[] {
  const lines = [`${paint.bold(printable(key))}  ${settings.kind}  version ${version}`];
  if (weight === null) lines.push('Nothing was wanted of it yet.');
  else {
    lines.push(`${formatPercent(weight.desiredPpm)} wanted, it has ${formatApplied(weight, paint)}`);
    lines.push(`${printable(weight.detail)} (since ${formatInstant(weight.atMs)})`);
    lines.push(`${weight.driven ? 'follows' : 'followed'} the rollout ${printable(weight.rolloutId)}`);
  }
  return [...lines, JSON.stringify(settings, null, 2)];
}

/** One line for each adapter of a rollout. */
export function formatTraffic(traffic: readonly RolloutTraffic[], paint: Paint): string[] {
  return traffic.map(({ adapter, desiredPpm, detail, ...weight }) => {
    const wanted = desiredPpm === null ? 'nothing wanted' : `${formatPercent(desiredPpm)} wanted`;
    return `  traffic ${printable(adapter)}: ${wanted}, has ${formatApplied(weight, paint)}  ${paint.dim(printable(detail))}`;
  });
}

function formatApplied(
  weight: { readonly appliedPpm: number | null; readonly confirmed: boolean } | null,
  paint: Paint,
): string {
  if (weight === null) return '-';
  const text = weight.appliedPpm === null ? 'unknown' : formatPercent(weight.appliedPpm);
  return weight.confirmed ? text : paint.yellow(`${text} (unconfirmed)`);
}
