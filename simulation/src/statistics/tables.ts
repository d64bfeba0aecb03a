import type { Measured, StudyOutcome } from './measure.ts';
import { ratioOf, shareText } from './measure.ts';
import { ALPHA, ALPHA_SAMPLE_RATIO } from './study.ts';

export function targetsTable(lines: readonly Measured[]): string {
  return tableOf(
    ['quantity', 'aim', 'reached'],
    lines.map(({ isMet, quantity, reached, target }) => [quantity, target, isMet ? reached : `**${reached}**`]),
  );
}

export function falseKillsTable(outcomes: readonly StudyOutcome[]): string {
  return tableOf(
    ['harmless data', 'allowed', 'stopped'],
    outcomes.map(({ report, study }) => [
      study.name,
      study.asks === 'kill' ? `${100 * ALPHA} %` : `${100 * ALPHA_SAMPLE_RATIO} %`,
      shareText(report.stopped, report.runs),
    ]),
  );
}

export function cellsTable(outcomes: readonly StudyOutcome[]): string {
  return tableOf(
    ['errors', 'delay over the bound', 'treated units before the kill'],
    outcomes.map((outcome) => [
      outcome.study.name,
      `${ratioOf(outcome).toFixed(2)} ± ${(outcome.report.ratio?.error ?? 0).toFixed(2)}`,
      Math.round(outcome.report.meanTreated).toLocaleString('en'),
    ]),
  );
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
