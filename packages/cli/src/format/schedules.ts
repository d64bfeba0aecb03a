import type { ScheduleView } from '@tidegate/protocol';
import type { Paint } from './paint.ts';
import { formatTable } from './table.ts';
import { formatInstant, formatJson, printable } from './text.ts';

/** Characters of a patch that a line of a list has room for. */
const PATCH_WIDTH_MAX = 40;

/** One line each; below a refused one, why. */
export function formatScheduleTable(schedules: readonly ScheduleView[], paint: Paint): string[] {
  if (schedules.length === 0) return ['Nothing is scheduled.'];
  const [header = '', ...lines] = formatTable({
    header: ['AT', 'FLAG', 'CHANGE', 'STATE', 'SCHEDULE', 'REASON'].map((text) => paint.dim(text)),
    rows: schedules.map((schedule) => [
      formatInstant(schedule.atMs),
      schedule.flagKey,
      describePatch(schedule.patch),
      describeState(schedule, paint),
      schedule.id,
      printable(schedule.reason),
    ]),
  });
  const details = schedules.map(({ state }) => (state.kind === 'refused' ? [`  ${printable(state.detail)}`] : []));
  return [header, ...lines.flatMap((line, index) => [line, ...(details[index] ?? [])])];
}

function describePatch(patch: ScheduleView['patch']): string {
  if (Object.keys(patch).join() === 'enabled') return patch['enabled'] === true ? 'enable' : 'disable';
  const text = formatJson(patch);
  return text.length > PATCH_WIDTH_MAX ? `${text.slice(0, PATCH_WIDTH_MAX)}…` : text;
}

function describeState({ state, revision }: ScheduleView, paint: Paint): string {
  switch (state.kind) {
    case 'pending':
      return paint.yellow('pending');
    case 'applied':
      return paint.green(revision === null ? 'applied, no change' : `applied, revision ${revision}`);
    case 'refused':
      return paint.red(`refused: ${state.code}`);
    case 'cancelled':
      return paint.dim(`cancelled by ${printable(state.by.name)}`);
    default:
      throw state satisfies never;
  }
}
