import type { JsonValue } from '@tidegate/evaluation';
import type { ScheduleView } from '@tidegate/protocol';
import type { ScheduleRow } from '../../storage/storage.ts';

/** A scheduled change as the API shows it. */
export function viewOfSchedule({ environment, patch, ...schedule }: ScheduleRow): ScheduleView {
  return { ...schedule, patch: patchOf({ patch }) };
}

/** The route's schema has taken it for an object of JSON values before it was stored. */
export function patchOf({ patch }: Pick<ScheduleRow, 'patch'>): { readonly [member: string]: JsonValue } {
  return patch as { readonly [member: string]: JsonValue };
}
