import type { DocumentRow, RolloutRow, ScheduleRow, Storage } from '../../storage/storage.ts';
import { flagDocumentOf } from '../documents/index.ts';
import { patchOf } from './schedule-view.ts';

/** Rollouts, and changes, of one flag that are read at once. */
const PAGE_LIMIT = 200;

/**
 * A kill is latched: nothing automatic raises exposure after it. So a change that was scheduled before a kill of its
 * flag is not applied after it. A kill is a rollout that was rolled back, by evidence or by command, or somebody
 * switching the flag off; each is a revision, so no clock decides what came first. Tells it in words; undefined when
 * there was none, or when the scheduled change does no more than disable.
 */
export async function findKill(
  storage: Storage,
  schedule: ScheduleRow,
  flag: DocumentRow,
): Promise<string | undefined> {
  const patch = patchOf(schedule);
  if (patch['enabled'] === false && Object.keys(patch).length === 1) return undefined;
  const rollout = await findRolledBack(storage, schedule);
  if (rollout !== undefined) return `The rollout ${rollout.id} of ${flag.key} was rolled back after this was scheduled`;
  if (patch['enabled'] !== true || flagDocumentOf(flag).enabled) return undefined;
  const revision = await findSwitchedOff(storage, schedule, flag);
  return revision === undefined
    ? undefined
    : `Somebody switched ${flag.key} off, at revision ${revision}, after this was scheduled`;
}

async function findRolledBack(storage: Storage, schedule: ScheduleRow): Promise<RolloutRow | undefined> {
  const { environment, flagKey, madeAtRevision } = schedule;
  for (let after = ''; ; ) {
    const page = await storage.listRollouts(environment, { flagKey, after, limit: PAGE_LIMIT });
    const found = page.find((rollout) => (killRevision(rollout) ?? 0) > madeAtRevision);
    const last = page.at(-1);
    if (found !== undefined || last === undefined || page.length < PAGE_LIMIT) return found;
    after = last.id;
  }
}

/** The revision that took treatment away; a kill whose change is still to be written comes after everything. */
function killRevision({ state }: RolloutRow): number | undefined {
  if (state.kind === 'rolledBack') return state.revision;
  return state.kind === 'aborting' ? (state.revision ?? Number.POSITIVE_INFINITY) : undefined;
}

async function findSwitchedOff(
  storage: Storage,
  { environment, flagKey, madeAtRevision }: ScheduleRow,
  flag: DocumentRow,
): Promise<number | undefined> {
  for (let beforeRevision = flag.revision + 1; beforeRevision > madeAtRevision + 1; ) {
    const page = await storage.listHistory(
      { environment, kind: 'flag', key: flagKey },
      { beforeRevision, limit: PAGE_LIMIT },
    );
    const found = page.find((change) => change.revision > madeAtRevision && change.action === 'disabled');
    if (found !== undefined) return found.revision;
    beforeRevision = page.length < PAGE_LIMIT ? 0 : (page.at(-1)?.revision ?? 0);
  }
  return undefined;
}
