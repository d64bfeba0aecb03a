import type { KeyRow, Storage } from '../storage/storage.ts';
import { hashKey, looksLikeKey } from './hash-key.ts';

/** A revoked key works at most this long on nodes that saw it before: the price of not asking at each request. */
export const KEY_REMEMBERED_MS = 5_000;
/** Keys in use at the same time; beyond it the oldest are asked for again. */
const REMEMBERED_MAX = 1_000;

/**
 * The key behind an `Authorization` header (`Bearer KEY`); undefined when it is missing, malformed, unknown or revoked,
 * which look the same from outside. The one place where a key is compared with anything: REST, SDK routes and stream
 * ask here.
 */
export type KeyFinder = (authorization: string | undefined) => Promise<KeyRow | undefined>;

export function createKeyFinder({ storage, nowMs }: KeyFinderOptions): KeyFinder {
  const findByHash = remembering((hash) => storage.findKeyByHash(hash), nowMs);
  return async (authorization) => {
    const key = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    return key === undefined || !looksLikeKey(key) ? undefined : findByHash(hashKey(key));
  };
}

/** The key with an id, unless it is unknown or revoked. For whoever has proved in another way that they were let in with it. */
export type KeyByIdFinder = (id: string) => Promise<KeyRow | undefined>;

export function createKeyByIdFinder({ storage, nowMs }: KeyFinderOptions): KeyByIdFinder {
  return remembering((id) => storage.findKey(id), nowMs);
}

export interface KeyFinderOptions {
  readonly storage: Storage;
  readonly nowMs: () => number;
}

function remembering(
  find: (name: string) => Promise<KeyRow | undefined>,
  nowMs: () => number,
): (name: string) => Promise<KeyRow | undefined> {
  // Only keys that exist are remembered, so that garbage cannot push them out.
  const remembered = new Map<string, { readonly row: KeyRow; readonly atMs: number }>();
  const findRow = async (name: string): Promise<KeyRow | undefined> => {
    const known = remembered.get(name);
    // In absolute terms: a clock that is set back must not keep a revoked key working.
    if (known !== undefined && Math.abs(nowMs() - known.atMs) < KEY_REMEMBERED_MS) return known.row;
    remembered.delete(name);
    const row = await find(name);
    if (row === undefined) return undefined;
    const oldest = remembered.keys().next();
    if (remembered.size >= REMEMBERED_MAX && !oldest.done) remembered.delete(oldest.value);
    remembered.set(name, { row, atMs: nowMs() });
    return row;
  };
  return async (name) => {
    const row = await findRow(name);
    return row === undefined || row.revokedAtMs !== null ? undefined : row;
  };
}
