import type { Actor } from '@tidegate/analysis';
import { type NewSchedule, PENDING_SCHEDULES_MAX, SCHEDULE_HORIZON_MS } from '@tidegate/protocol';
import { noSuchEnvironment } from '../../http/authorize.ts';
import { problem } from '../../http/problem.ts';
import type { DocumentId, ScheduleRow, Storage } from '../../storage/storage.ts';
import { getCurrent } from '../documents/index.ts';
import { checkPatchShape } from '../flags/index.ts';

export interface ScheduleDeps {
  readonly storage: Storage;
  readonly randomId: () => string;
}

/**
 * Orders a change of a flag. What can be said today is said today: that there is such a flag, and that the patch leads
 * to the shape of one. Whether it fits what the flag is by then, only its time can tell: an earlier scheduled change
 * may bring the variation that this one serves.
 *
 * Throws `not-found`, `archived`, `invalid-request`, `schedule-out-of-range` or `too-many-schedules`.
 */
export async function createSchedule(
  { storage, randomId }: ScheduleDeps,
  order: { readonly flag: DocumentId; readonly body: NewSchedule; readonly by: Actor; readonly nowMs: number },
): Promise<ScheduleRow> {
  const { flag, body, by, nowMs } = order;
  checkPatchShape(await getCurrent(storage, flag), body.patch);
  if (body.atMs <= nowMs || body.atMs > nowMs + SCHEDULE_HORIZON_MS) throw outOfRange(body.atMs, nowMs);
  const schedule = {
    ...body,
    id: randomId(),
    environment: flag.environment,
    flagKey: flag.key,
    createdAtMs: nowMs,
    createdBy: by,
  };
  const outcome = await storage.createSchedule(schedule, PENDING_SCHEDULES_MAX);
  switch (outcome.kind) {
    case 'created':
      return outcome.schedule;
    case 'no-environment':
      throw noSuchEnvironment(flag.environment);
    case 'too-many':
      throw problem('too-many-schedules', {
        detail: `Flag ${flag.key} has ${PENDING_SCHEDULES_MAX} pending changes: cancel one first.`,
      });
    default:
      throw outcome satisfies never;
  }
}

function outOfRange(atMs: number, nowMs: number) {
  const days = SCHEDULE_HORIZON_MS / 86_400_000;
  const detail = `expected an instant after now, ${nowMs}, and at most ${days} days ahead; it is ${atMs}`;
  return problem('schedule-out-of-range', { detail: `At /atMs: ${detail}.`, errors: [{ pointer: '/atMs', detail }] });
}
