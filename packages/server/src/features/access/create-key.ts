import type { KeyRow, Storage } from '../../storage/storage.ts';
import { mintKey } from './mint-key.ts';

export interface KeyDeps {
  readonly storage: Storage;
  readonly nowMs: () => number;
  readonly randomId: () => string;
  readonly randomBytes: (count: number) => Uint8Array;
}

/** Makes and stores a key. The key itself is in the answer and nowhere else. */
export async function createKey(
  { storage, nowMs, randomId, randomBytes }: KeyDeps,
  wanted: Pick<KeyRow, 'kind' | 'name' | 'role' | 'environment'>,
): Promise<{ key: string; row: KeyRow }> {
  const { key, hash, hint } = mintKey(wanted.kind, randomBytes);
  const row: KeyRow = { id: randomId(), ...wanted, hash, hint, createdAtMs: nowMs(), revokedAtMs: null };
  await storage.createKey(row);
  return { key, row };
}
