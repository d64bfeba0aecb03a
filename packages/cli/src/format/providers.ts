import { formatElapsed } from '@tidegate/analysis/quantities';
import type { MetricResult, ProviderView } from '@tidegate/protocol';
import { formatArm } from './measurements.ts';
import type { Paint } from './paint.ts';
import { formatTable } from './table.ts';
import { formatInstant, printable } from './text.ts';

export function formatProviders(providers: readonly ProviderView[], paint: Paint): string[] {
  if (providers.length === 0) return ['There are no metric providers.'];
  return formatTable({
    header: ['PROVIDER', 'KIND', 'ADDRESS', 'LAG', 'VERSION', 'DESCRIPTION'].map((text) => paint.dim(text)),
    rows: providers.map(({ key, version, settings }) => [
      printable(key),
      settings.kind,
      printable(settings.address),
      settings.lagMs === 0 ? '-' : formatElapsed(settings.lagMs),
      String(version),
      printable(settings.description),
    ]),
    rightAligned: [3, 4],
  });
}

export function formatProvider({ key, version, updatedAtMs, settings }: ProviderView, paint: Paint): string[] {
  const since = `version ${version} (since ${formatInstant(updatedAtMs)})`;
  return [`${paint.bold(printable(key))}  ${settings.kind}  ${since}`, JSON.stringify(settings, null, 2)];
}

/** What came of it, over which window, and what was sent: a query that is wrong shows itself there. */
export function formatMetricResult(result: MetricResult, paint: Paint): string[] {
  const { startAtMs, endAtMs } = result.window;
  const asked = `asked about ${formatElapsed(endAtMs - startAtMs)}, until ${formatInstant(endAtMs)}`;
  const reaches = 'watermarkAtMs' in result ? `; its data reaches to ${formatInstant(result.watermarkAtMs)}` : '';
  return [
    ...formatOutcome(result, paint),
    `${asked}${reaches}`,
    ...result.query.split('\n').map((line) => paint.dim(`  ${printable(line)}`)),
  ];
}

function formatOutcome(result: MetricResult, paint: Paint): string[] {
  switch (result.status) {
    case 'ok': {
      const { treatment, control } = result.arms;
      return [
        `treatment  ${paint.bold(formatArm(treatment))}`,
        ...(control === undefined ? [] : [`control    ${paint.bold(formatArm(control))}`]),
        ...result.warnings.map((warning) => `${paint.yellow('warning')}: ${printable(warning)}`),
      ];
    }
    case 'no_data':
      return [`${paint.yellow('no data')} (${result.reason}): ${ABSENCES[result.reason]}`];
    case 'error': {
      const { retryAfterMs } = result;
      const wait = retryAfterMs === undefined ? '' : `, it asks to wait ${formatElapsed(retryAfterMs)}`;
      return [`${paint.red('error')} (${result.class}${wait}): ${printable(result.message)}`];
    }
    default:
      throw result satisfies never;
  }
}

const ABSENCES: Readonly<Record<Extract<MetricResult, { status: 'no_data' }>['reason'], string>> = {
  empty: 'it knows nothing by this query.',
  zero_denominator: 'it counted no units.',
  not_yet: 'its data ends before the window begins.',
  one_arm_missing: 'it has numbers of one arm alone.',
};
