import type { Context, UnitHashes } from '@tidegate/evaluation/page';
import type { Snapshot } from '@tidegate/protocol/types';
import { isLike, isSnapshot, parseJson } from '../wire/envelope.ts';
import type { HeldRules } from './held-rules.ts';

/**
 * The last good rules as one text: a seal, a line feed, and JSON. A disk may truncate it or flip bits in it, and
 * another key may have left it there; then it is ignored, never half believed.
 */
export interface CachedRules {
  readonly snapshot: Snapshot;
  readonly etag?: string;
  /** Epoch: when the server last confirmed the snapshot, as far as the cache knows. */
  readonly confirmedAtMs: number;
}

/** Whose rules they are, and how a text is hashed here. */
export interface CacheOwner extends Hashing {
  readonly key: string;
  readonly context: Context | undefined;
}

interface Hashing {
  unitHashes(text: string): UnitHashes;
}

/** Increased whenever the shape changes: a text of another format is ignored. */
const CACHE_FORMAT = 2;

/** By the key alone, which it does not give away, so that a browser keeps one text for whoever used it last. */
export function cacheName(key: string, hashing: Hashing): string {
  return `tidegate-${checksum(key, hashing)}`;
}

export function writeCachedRules(
  held: HeldRules,
  about: Omit<CacheOwner, 'context'> & { readonly confirmedAtMs: number },
): string {
  const { etag, context, protocol, environment, revision, flags, segments } = held;
  const snapshot: Snapshot = { protocol, environment, revision, flags, segments };
  const body = JSON.stringify({ snapshot, etag, confirmedAtMs: about.confirmedAtMs });
  return `${seal({ ...about, context }, body)}\n${body}`;
}

/** Undefined for what is damaged, of another format, or somebody else's. */
export function readCachedRules(text: string, owner: CacheOwner): CachedRules | undefined {
  const [sealed, body = ''] = text.split('\n', 2);
  const json = sealed === seal(owner, body) ? parseJson(body) : undefined;
  return isCachedRules(json) ? json : undefined;
}

function isCachedRules(json: unknown): json is CachedRules {
  return isLike<CachedRules>(json) && isSnapshot(json.snapshot);
}

/** Another format, key or context has another seal. */
function seal({ key, context, ...hashing }: CacheOwner, body: string): string {
  return checksum(`${CACHE_FORMAT} ${key} ${JSON.stringify(context)} ${body}`, hashing);
}

/** 64 bits against damage, not against people: whoever can write the cache can write a fitting checksum. */
function checksum(text: string, { unitHashes }: Hashing): string {
  const { h0, h1 } = unitHashes(text);
  return `${h0}-${h1}`;
}
