import type { DiffStep, HistoryEntry } from '@tidegate/protocol';
import type { Paint } from './paint.ts';
import { formatTable } from './table.ts';
import { formatInstant, formatJson, printable } from './text.ts';

/** A change with more is read as JSON. */
const STEPS_SHOWN_MAX = 10;

/** One line each; below it, what it changed. */
export function formatHistory(entries: readonly HistoryEntry[], paint: Paint): string[] {
  const [header = '', ...lines] = formatTable({
    header: ['REVISION', 'WHEN', 'BY', 'DID', 'WHY'].map((text) => paint.dim(text)),
    rows: entries.map(({ revision, atMs, actor, action, reason }) => [
      String(revision),
      formatInstant(atMs),
      printable(actor.name),
      printable(action),
      printable(reason),
    ]),
    rightAligned: [0],
  });
  const steps = entries.map((entry) => formatSteps(entry, paint));
  return [header, ...lines.flatMap((line, index) => [line, ...(steps[index] ?? [])])];
}

function formatSteps({ action, diff, diffTruncated }: HistoryEntry, paint: Paint): string[] {
  // What was created adds every member, and says no more than the document itself.
  if (action === 'created') return [];
  const shown = diff.slice(0, STEPS_SHOWN_MAX).map((step) => `  ${describeStep(step, paint)}`);
  const isMore = diffTruncated || diff.length > STEPS_SHOWN_MAX;
  return isMore ? [...shown, paint.dim('  and more, which --json tells')] : shown;
}

function describeStep(step: DiffStep, paint: Paint): string {
  const path = paint.bold(printable(step.path));
  switch (step.op) {
    case 'add':
      return `${path}: ${paint.green(`+ ${formatJson(step.value)}`)}`;
    case 'remove':
      return `${path}: ${paint.red(`- ${formatJson(step.from)}`)}`;
    case 'replace':
      return `${path}: ${formatJson(step.from)} → ${formatJson(step.value)}`;
    default:
      throw step satisfies never;
  }
}
