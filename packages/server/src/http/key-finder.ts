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

export function createKeyFinder(options: { storage: Storage; nowMs: () => number }): KeyFinder {
  // Only keys that exist are remembered, so that garbage cannot push them out.
  const remembered = new Map<string, { readonly row: KeyRow; readonly atMs: number }>();

  async function findByHash(hash: string): Promise<KeyRow | undefined> {
    const known = remembered.get(hash);
    // In absolute terms: a clock that is set back must not keep a revoked key working.
    if (known !== undefined && Math.abs(options.nowMs() - known.atMs) < KEY_REMEMBERED_MS) return known.row;
    remembered.delete(hash);
    const row = await options.storage.findKeyByHash(hash);
    if (row === undefined) return undefined;
    const oldest = remembered.keys().next();
    if (remembered.size >= REMEMBERED_MAX && !oldest.done) remembered.delete(oldest.value);
    remembered.set(hash, { row, atMs: options.nowMs() });
    return row;
  }

  return async (authorization) => {
    const key = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (key === undefined || !looksLikeKey(key)) return undefined;
    const row = await findByHash(hashKey(key));
    return row === undefined || row.revokedAtMs !== null ? undefined : row;
  };
}
