import { type Context, unitHashes } from '@tidegate/evaluation';
import type { Snapshot } from '@tidegate/protocol/types';
import { checkSnapshot, isFiniteNumber, isRecord, type Parsed, parseJson } from '../wire/parse-envelope.ts';
import type { HeldRules } from './held-rules.ts';

/**
 * The last good rules as one text: a checksum, a line feed, and JSON. A disk may truncate it or flip bits in it, and
 * another key may have left it there; then it is ignored, never half believed.
 */
export interface CachedRules {
  readonly snapshot: Snapshot;
  readonly etag: string | undefined;
  /** Epoch: when the server last confirmed the snapshot, as far as the cache knows. */
  readonly confirmedAtMs: number;
}

/** Increased whenever the shape changes: a text of another format is ignored. */
const CACHE_FORMAT = 1;

/** Names what a cache belongs to without giving the key away: 64 bits of 256. */
export function cacheIdentity(key: string, context: Context | undefined): string {
  return checksum(context === undefined ? key : `${key} ${JSON.stringify(context)}`);
}

export function writeCachedRules(
  held: HeldRules,
  about: { identity: string; etag: string | undefined; confirmedAtMs: number; protocol: number },
): string {
  const { identity, etag, confirmedAtMs, protocol } = about;
  const { environment, revision } = held;
  const snapshot: Snapshot = {
    protocol,
    environment,
    revision,
    flags: [...held.flags.values()],
    segments: [...held.segments.values()],
  };
  const body = JSON.stringify({ format: CACHE_FORMAT, identity, etag, confirmedAtMs, snapshot });
  return `${checksum(body)}\n${body}`;
}

export function readCachedRules(text: string, identity: string): Parsed<CachedRules> {
  const lineEnd = text.indexOf('\n');
  const body = text.slice(lineEnd + 1);
  if (lineEnd === -1 || text.slice(0, lineEnd) !== checksum(body)) return ignored('its checksum does not match');
  const json = parseJson(body);
  if (json.kind === 'malformed') return json;
  const cached = json.value;
  if (!isRecord(cached) || cached['format'] !== CACHE_FORMAT) return ignored('it has another format');
  if (cached['identity'] !== identity) return ignored('it belongs to another key or context');
  const { etag, confirmedAtMs } = cached;
  if (!isFiniteNumber(confirmedAtMs)) return ignored('it does not say how old it is');
  const snapshot = checkSnapshot(cached['snapshot']);
  if (snapshot.kind === 'malformed') return snapshot;
  return {
    kind: 'parsed',
    value: { snapshot: snapshot.value, etag: typeof etag === 'string' ? etag : undefined, confirmedAtMs },
  };
}

/** 64 bits against damage, not against people: whoever can write the cache can write a fitting checksum. */
function checksum(text: string): string {
  const { h0, h1 } = unitHashes(text);
  return hex(h0) + hex(h1);
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}

function ignored(why: string): { readonly kind: 'malformed'; readonly why: string } {
  return { kind: 'malformed', why };
}
