import type { LintView } from '@tidegate/protocol';
import type { PlacedFlaw, PlanFile } from '../plan-file/load-plan-file.ts';
import { formatPath } from './flaws.ts';
import type { Paint } from './paint.ts';
import { counted, printable } from './text.ts';

/** `plan.yaml:7:5 stages[0].dwel: there is no such member`. */
export function formatPlanFlaw(file: Pick<PlanFile, 'path'>, flaw: PlacedFlaw, paint: Paint): string {
  const { line, column, path, detail } = flaw;
  return `${printable(file.path)}:${line}:${column} ${paint.bold(printable(formatPath(path)))}: ${printable(detail)}`;
}

/** A flaw that the server found, at its place in the file. */
export function placedAt(file: PlanFile, flaw: { readonly pointer: string; readonly detail: string }): PlacedFlaw {
  const path = pathOfPointer(flaw.pointer);
  return { path, detail: flaw.detail, ...file.placeOf(path) };
}

/** Refusals, then warnings with why and where to read on, then how many of both. */
export function formatLint(file: PlanFile, { refusals, warnings }: LintView, paint: Paint): string[] {
  return [
    ...refusals.map((refusal) => `${formatPlanFlaw(file, placedAt(file, refusal), paint)} (${refusal.code})`),
    ...warnings.flatMap(({ id, sentence, why, source, pointer, detail }) => [
      `${formatPlanFlaw(file, placedAt(file, { pointer, detail: `${sentence} ${detail}` }), paint)} (${id})`,
      paint.dim(`    ${printable(why)} ${printable(source)}`),
    ]),
    `${printable(file.path)}: ${counted(refusals.length, 'refusal')}, ${counted(warnings.length, 'warning')}`,
  ];
}

function pathOfPointer(pointer: string): (string | number)[] {
  const steps = pointer.split('/').slice(1);
  return steps.map((step) => {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    return /^\d+$/.test(name) ? Number(name) : name;
  });
}
