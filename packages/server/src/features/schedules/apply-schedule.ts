import { ProblemError, problem } from '../../http/problem.ts';
import type { LeaseToken, ScheduleRow, Settlement, SettleOutcome, Storage } from '../../storage/storage.ts';
import { getCurrent } from '../documents/index.ts';
import { prepareFlagPatch } from '../flags/index.ts';
import { findKill } from './find-kill.ts';

/** Somebody else wrote to the environment between our check and our write: check again; or else at the next look. */
const CHECKS_MAX = 5;

/**
 * Does what was ordered to the flag as it is now, through the checks of a PATCH, and says in the same transaction what
 * became of it: so it happens once, whatever breaks in between. What it meets may not take it: then it is refused, whole.
 */
export async function applySchedule(
  storage: Storage,
  schedule: ScheduleRow,
  at: { readonly nowMs: number; readonly lease: LeaseToken },
): Promise<SettleOutcome> {
  for (let check = 1; ; check += 1) {
    const atRevision = await storage.currentRevision(schedule.environment);
    const settlement = await settle(storage, schedule, { atRevision, nowMs: at.nowMs });
    const outcome = await storage.settleSchedule(settlement, at.lease);
    if (outcome.kind !== 'overtaken' || check === CHECKS_MAX) return outcome;
  }
}

async function settle(
  storage: Storage,
  schedule: ScheduleRow,
  { atRevision, nowMs }: { atRevision: number; nowMs: number },
): Promise<Settlement> {
  const { environment, id: scheduleId, flagKey, patch, createdBy: actor } = schedule;
  const settled = { environment, scheduleId, checked: null };
  try {
    const current = await getCurrent(storage, { environment, kind: 'flag', key: flagKey });
    const kill = await findKill(storage, schedule, current);
    if (kill !== undefined) throw latched(kill);
    const prepared = await prepareFlagPatch(storage, { current, patch, action: 'scheduled' });
    const state = { kind: 'applied', settledAtMs: nowMs } as const;
    if (prepared.kind === 'unchanged') return { ...settled, state };
    const change = { ...prepared.change, actor, reason: reasonOf(schedule), atMs: nowMs };
    return { ...settled, state, checked: { change, atRevision } };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { code, details } = error;
    return { ...settled, state: { kind: 'refused', settledAtMs: nowMs, code, detail: details.detail } };
  }
}

function latched(kill: string): ProblemError {
  return problem('kill-latched', {
    detail: `${kill}: nothing automatic raises exposure after a kill. Make the change by hand, or schedule it anew.`,
  });
}

/** The change log names who ordered it; this is where the order is found. */
function reasonOf({ id, reason }: ScheduleRow): string {
  return reason === '' ? `schedule ${id}` : `${reason} (schedule ${id})`;
}
