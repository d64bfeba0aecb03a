import { formatElapsed } from '@tidegate/analysis/quantities';
import type { MeasurementView } from '@tidegate/protocol';
import type { Paint } from './paint.ts';
import { formatTable } from './table.ts';
import { formatCount, printable } from './text.ts';

/** One row per guard of a provider, and below it why its verdict is no good one. */
export function formatMeasurements(measurements: readonly MeasurementView[], nowMs: number, paint: Paint): string[] {
  const table = formatTable({
    header: ['MEASURED', 'VERDICT', 'GOOD', 'FAILED', 'LAST T / C', 'WINDOW', 'NEXT'].map((text) => paint.dim(text)),
    rows: measurements.map((measured) => [
      `${printable(measured.name)}${measured.mode === 'observe' ? ' (observed)' : ''}`,
      paintVerdict(measured.verdict, paint),
      formatCount(measured.counts.good),
      formatCount(measured.counts.failed),
      formatArms(measured.lastAnswer),
      formatWindow(measured.lastAnswer, nowMs),
      measured.nextAtMs === null ? '' : `in ${formatElapsed(measured.nextAtMs - nowMs)}`,
    ]),
    rightAligned: [2, 3],
    indent: '  ',
  });
  const reasons = measurements.filter(({ verdict }) => verdict !== 'successful');
  return [...table, ...reasons.map((measured) => `  ${printable(`${measured.name}: ${whyOf(measured, nowMs)}`)}`)];
}

function whyOf({ detail, lastError }: MeasurementView, nowMs: number): string {
  if (lastError === null) return detail;
  return `${detail} Last error ${formatElapsed(nowMs - lastError.atMs)} ago: ${lastError.class}.`;
}

type Answer = NonNullable<MeasurementView['lastAnswer']>;

function formatArms(answer: Answer | null): string {
  if (answer === null) return 'none yet';
  const { treatment, control } = answer.arms;
  return control === undefined ? formatArm(treatment) : `${formatArm(treatment)} / ${formatArm(control)}`;
}

/** `12 of 1 000`, or a number. */
export function formatArm(arm: Answer['arms']['treatment']): string {
  // Six digits say more than any limit asks.
  if (arm.kind === 'scalar') return String(Number(arm.value.toPrecision(6)));
  return `${formatCount(Math.round(arm.events))} of ${formatCount(Math.round(arm.units))}`;
}

function formatWindow(answer: Answer | null, nowMs: number): string {
  if (answer === null) return '';
  const { startAtMs, endAtMs } = answer.window;
  return `${formatElapsed(endAtMs - startAtMs)} until ${formatElapsed(nowMs - endAtMs)} ago`;
}

function paintVerdict(verdict: MeasurementView['verdict'], paint: Paint): string {
  switch (verdict) {
    case 'failed':
      return paint.red(verdict);
    case 'error':
    case 'inconclusive':
    case 'no_data':
      return paint.yellow(verdict);
    case 'successful':
      return paint.green(verdict);
    case 'pending':
    case 'running':
      return verdict;
    default:
      throw verdict satisfies never;
  }
}
