import { hashKey } from '../../http/hash-key.ts';
import type { KeyRow } from '../../storage/storage.ts';

/** Nobody guesses 256 bits, so a key needs no slow hash and no lock-out. */
const RANDOM_BYTES = 32;
/** Characters of the random part that are kept to recognise a key by; the other 37 still hold 222 bits. */
const HINT_LENGTH = 6;

/** Prefixes that secret scanners and people recognise. */
const PREFIXES: Readonly<Record<KeyRow['kind'], string>> = {
  operator: 'tg_op_',
  server: 'tg_srv_',
  browser: 'tg_web_',
};

/** A key as it is shown once, and what is stored of it. */
export interface MintedKey {
  readonly key: string;
  readonly hash: string;
  readonly hint: string;
}

export function mintKey(kind: KeyRow['kind'], randomBytes: (count: number) => Uint8Array): MintedKey {
  const prefix = PREFIXES[kind];
  const key = `${prefix}${Buffer.from(randomBytes(RANDOM_BYTES)).toString('base64url')}`;
  return { key, hash: hashKey(key), hint: key.slice(0, prefix.length + HINT_LENGTH) };
}
