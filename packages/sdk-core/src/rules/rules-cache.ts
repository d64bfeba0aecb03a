import type { Snapshot } from '@tidegate/protocol/types';
import type { Platform } from '../platform.ts';
import { readSnapshot } from '../wire/envelope.ts';
import type { HeldRules } from './rules-store.ts';

/**
 * The last good rules as one text: a seal, a line feed, and JSON. A disk may truncate it or flip bits in it, and
 * another key may have left it there; then it is ignored, never half believed.
 */
export interface CachedRules extends Snapshot {
  readonly etag?: string;
  /** Epoch: when the server last confirmed them, as far as the cache knows. */
  readonly confirmedAtMs: number;
}

/** Whose rules they are, and how a text is hashed and read here. */
export interface CacheOwner {
  readonly key: string;
  readonly unitHashes: Platform['unitHashes'];
  readonly json: Platform['json'];
}

/** Increased whenever the shape changes: a text of another format is ignored. */
const CACHE_FORMAT = 4;

/** By the key, which it does not give away. */
export function cacheName(key: string, { unitHashes }: Pick<CacheOwner, 'unitHashes'>): string {
  return `tidegate-${unitHashes(key).h0}`;
}

export function writeCachedRules(held: HeldRules, owner: CacheOwner, confirmedAtMs: number): string {
  const body = owner.json.stringify({ ...held, evaluator: undefined, confirmedAtMs });
  return `${seal(owner, body)}\n${body}`;
}

/** @throws for what is damaged, of another format, or somebody else's. */
export function readCachedRules(text: string, owner: CacheOwner): CachedRules {
  const [sealed, body = ''] = text.split('\n');
  if (sealed !== seal(owner, body)) throw new Error('not the cache of this client');
  // What was sealed was written here.
  return readSnapshot(owner.json.parse(body)) as CachedRules;
}

/**
 * Another format or key has another seal. 64 bits against damage, not against people: whoever can write the
 * cache can write a fitting seal.
 */
function seal({ key, unitHashes }: CacheOwner, body: string): string {
  const { h0, h1 } = unitHashes(`${CACHE_FORMAT} ${key} ${body}`);
  return `${h0}-${h1}`;
}
