import { isDeepStrictEqual } from 'node:util';
import type { ProblemCode } from '@tidegate/protocol';
import { refuseStale } from '../../http/etag.ts';
import { problem } from '../../http/problem.ts';
import type { Principal } from '../../http/route.ts';
import type { SettingsId, SettingsRow, Storage } from '../../storage/storage.ts';

/** What was changed this often is generated, and would fill the table. */
const VERSIONS_MAX = 1_000;
/**
 * Removed ones among them: their versions say who had what sent where, and a key that comes back goes on where it was.
 * Beyond, keys are made up by a program.
 */
const KEYS_MAX = 500;
/** Whoever is overtaken so often stands in a crowd of writers, each of whom was served meanwhile. */
const ATTEMPTS_MAX = 10;

interface Saving {
  readonly principal: Principal;
  readonly nowMs: number;
  /** What whoever saves has read; 0, or nothing, where nobody said. */
  readonly expectedVersion?: number;
  /** What settings of this kind are refused as. */
  readonly refusedAs: ProblemCode;
  /** Of this kind in one place; any number where it is absent. */
  readonly countMax?: number;
}

/** Writes the next version, or nothing when the newest says the same. Throws the problem that keeps it from that. */
export async function saveSettings(
  storage: Storage,
  { document, ...id }: SettingsId & { readonly document: unknown },
  saving: Saving,
): Promise<SettingsRow> {
  const { principal, nowMs, expectedVersion = 0, refusedAs } = saving;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const newest = await storage.findSettings(id);
    if (expectedVersion > 0) refuseStale({ expected: expectedVersion, actual: newest?.version ?? 0 });
    if (newest !== undefined && isDeepStrictEqual(newest.document, document)) return newest;
    if (newest === undefined || newest.document === null) await refuseCrowd(storage, { id, newest }, saving);
    const version = (newest?.version ?? 0) + 1;
    // What is there can always be removed.
    if (version > VERSIONS_MAX && document !== null) {
      throw problem(refusedAs, { detail: `${id.key} has ${VERSIONS_MAX} versions: use another key.` });
    }
    const row = { ...id, version, document, createdAtMs: nowMs, createdBy: principal.actor };
    if ((await storage.createSettings(row)) === 'created') return row;
  }
  throw problem('unavailable', { detail: `Others saved ${id.key} meanwhile, again and again: send it again.` });
}

async function refuseCrowd(
  storage: Storage,
  { id: { kind, scope }, newest }: { readonly id: SettingsId; readonly newest: SettingsRow | undefined },
  { refusedAs, countMax }: Saving,
): Promise<void> {
  if (countMax !== undefined && (await storage.listSettings({ kind, scope }, { limit: countMax })).length >= countMax) {
    throw problem(refusedAs, { detail: `${scope} has ${countMax} ${kind}s, which is as many as it may: remove one.` });
  }
  if (newest === undefined && (await storage.countSettingsKeys({ kind, scope })) >= KEYS_MAX) {
    const detail = `${scope} has had ${KEYS_MAX} ${kind}s, removed ones among them: use one of their keys again.`;
    throw problem(refusedAs, { detail });
  }
}

/** Its versions stay, and the next one says that it is gone. Removing what is not there changes nothing. */
export async function removeSettings(storage: Storage, id: SettingsId, saving: Saving): Promise<void> {
  if ((await storage.findSettings(id)) !== undefined) await saveSettings(storage, { ...id, document: null }, saving);
}
