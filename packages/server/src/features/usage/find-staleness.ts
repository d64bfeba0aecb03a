import type { FlagDocument, StaleFinding } from '@tidegate/protocol';
import { BREAKER_ANSWER, MISSING_FLAG, OVERRIDE_ANSWER } from '@tidegate/protocol';
import type { RolloutRow } from '../../storage/storage.ts';
import type { FlagUsage } from './flag-usage.ts';

export interface StalenessInput {
  readonly flag: FlagDocument;
  readonly archived: boolean;
  readonly updatedAtMs: number;
  /** What SDKs asked; undefined when they never did. */
  readonly usage: FlagUsage | undefined;
  /** Whether another flag asks it: SDKs count what they were asked for, not what that led to. */
  readonly isAskedByFlags: boolean;
  /** Since when evaluations are counted in the environment; null when none ever was. */
  readonly countedSinceAtMs: number | null;
  readonly rollouts: readonly Pick<RolloutRow, 'id' | 'state' | 'active' | 'updatedAtMs'>[];
  readonly nowMs: number;
  /** How long nothing may have happened. */
  readonly silenceMs: number;
}

/**
 * Every reason to look at a flag once more, each with what shows it; none when it is in use. A function of what is
 * known: what was never counted is no evidence, so an environment whose evaluations are counted for less than the
 * silence says nothing of them.
 */
export function findStaleness(input: StalenessInput): StaleFinding[] {
  if (input.archived) return findArchivedInUse(input);
  return [...findExpired(input), ...findRolloutOver(input), ...findNotEvaluated(input), ...findOneVariation(input)];
}

function findArchivedInUse({ usage, updatedAtMs, nowMs, silenceMs }: StalenessInput): StaleFinding[] {
  const sinceMs = Math.max(updatedAtMs, nowMs - silenceMs);
  const sdks = (usage?.sdks ?? []).filter(({ lastMissingAtMs }) => (lastMissingAtMs ?? 0) > sinceMs);
  if (sdks.length === 0) return [];
  const lastAtMs = Math.max(...sdks.map((sdk) => sdk.lastMissingAtMs ?? 0));
  return [{ criterion: 'archived-in-use', archivedAtMs: updatedAtMs, lastAtMs, sdks }];
}

function findExpired({ flag: { expiresAtMs }, nowMs }: StalenessInput): StaleFinding[] {
  return expiresAtMs === undefined || expiresAtMs > nowMs ? [] : [{ criterion: 'expired', expiresAtMs }];
}

function findRolloutOver({ flag, rollouts }: StalenessInput): StaleFinding[] {
  if (!flag.temporary || rollouts.some((rollout) => rollout.active)) return [];
  const [last] = rollouts.toSorted((a, b) => b.updatedAtMs - a.updatedAtMs);
  if (last === undefined) return [];
  const { kind } = last.state;
  if (kind !== 'succeeded' && kind !== 'rolledBack' && kind !== 'cancelled') return [];
  return [{ criterion: 'rollout-over', rolloutId: last.id, ended: kind, endedAtMs: last.updatedAtMs }];
}

function findNotEvaluated(input: StalenessInput): StaleFinding[] {
  const { flag, usage, countedSinceAtMs, nowMs, silenceMs } = input;
  if (input.isAskedByFlags) return [];
  const sinceMs = nowMs - silenceMs;
  if (countedSinceAtMs === null || countedSinceAtMs > sinceMs || flag.createdAtMs > sinceMs) return [];
  const instants = (usage?.variations ?? []).map((counts) => counts.lastAtMs);
  const lastAtMs = instants.length === 0 ? null : Math.max(...instants);
  return (lastAtMs ?? 0) > sinceMs ? [] : [{ criterion: 'not-evaluated', lastAtMs, countedSinceAtMs }];
}

/** Counted, and yet not what the rules serve. */
const NOT_SERVED: ReadonlySet<string> = new Set([MISSING_FLAG, BREAKER_ANSWER, OVERRIDE_ANSWER]);

/** Of what was served lately all is one variation, and it was served before the silence began too. */
function findOneVariation({ usage, updatedAtMs, nowMs, silenceMs }: StalenessInput): StaleFinding[] {
  const sinceMs = nowMs - silenceMs;
  if (updatedAtMs > sinceMs) return [];
  const served = (usage?.variations ?? []).filter(({ variation }) => !NOT_SERVED.has(variation));
  const [only, ...others] = served.filter((counts) => counts.lastAtMs > sinceMs);
  if (only === undefined || others.length > 0 || only.firstAtMs > sinceMs) return [];
  return [{ criterion: 'one-variation', variation: only.variation, unchangedSinceAtMs: updatedAtMs }];
}
