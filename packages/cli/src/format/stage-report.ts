import type { GuardReport, StratumReport } from '@tidegate/analysis/reports';
import type { Paint } from './paint.ts';
import { formatTable } from './table.ts';
import { formatCount } from './text.ts';

/** One table per stratum: strata differ in hour and base rate, so their arms are never summed. */
export function formatStageReport(strata: readonly StratumReport[], paint: Paint): string[] {
  if (strata.length === 0) return ['The stage counted no unit.'];
  return [...strata.flatMap((stratum) => [...formatStratum(stratum, paint), '']), ...CAUTION];
}

const CAUTION = [
  'For one look, after a stage whose end was not chosen by looking. Nothing here kills or promotes.',
  'Difference: treatment minus control. p: two-sided, raised for the number of guards (Holm).',
];

function formatStratum({ formerControlOf, guards, sampleRatio, units }: StratumReport, paint: Paint): string[] {
  const who = formerControlOf === null ? 'New units' : `Control of stage ${formerControlOf + 1} before`;
  const counts = `${formatCount(units.treatment)} in treatment, ${formatCount(units.control)} in control`;
  const sizes = sampleRatio === null ? '' : `; sizes as designed: p ${formatP(sampleRatio.p)}`;
  const rows = Object.entries(guards).map(([key, report]) => {
    const { test, difference, interval } = effectOf(report);
    return [key, test, difference, interval, formatP(report.adjustedP)];
  });
  const header = ['GUARD', 'TEST', 'DIFFERENCE', '95 %', 'p'].map((text) => paint.dim(text));
  return [`${who}: ${counts}${sizes}`, ...formatTable({ header, rows, indent: '  ' })];
}

function effectOf(report: GuardReport): { test: string; difference: string; interval: string } {
  switch (report.kind) {
    case 'none':
    case 'histogram':
      return { test: 'none', difference: '', interval: '' };
    case 'rate': {
      const { difference, newcombe } = report.twoProportion;
      return { test: 'two proportions', difference: formatNumber(difference), interval: formatInterval(newcombe) };
    }
    case 'mean': {
      const { difference, interval } = report.welch;
      return { test: 'Welch', difference: formatNumber(difference), interval: formatInterval(interval) };
    }
    case 'ratio': {
      const { difference, interval } = report.deltaMethod;
      return { test: 'delta method', difference: formatNumber(difference), interval: formatInterval(interval) };
    }
    default:
      return report satisfies never;
  }
}

function formatInterval(interval: readonly [number, number] | null): string {
  return interval === null ? '-' : `${formatNumber(interval[0])} to ${formatNumber(interval[1])}`;
}

function formatP(p: number | null): string {
  if (p === null) return '-';
  return p < 0.0001 ? '< 0.0001' : p.toPrecision(2);
}

function formatNumber(value: number): string {
  return String(Number(value.toPrecision(3)));
}
