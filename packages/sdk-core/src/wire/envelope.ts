import type { Beat, Delta, EventAck, Resync, Snapshot } from '@tidegate/protocol/types';
import { PROTOCOL_VERSION } from './protocol-values.ts';

/**
 * What comes over the wire, checked as far as the SDK itself relies on it: the envelope. What a flag or segment says
 * inside is the evaluator's to judge, which answers ERROR for one that is broken and is not disturbed in the others.
 * Unknown fields are ignored everywhere: a newer server may say more.
 */
export function isSnapshot(json: unknown): json is Snapshot {
  return (
    isLike<Snapshot>(json) &&
    json.protocol === PROTOCOL_VERSION &&
    typeof json.environment === 'string' &&
    isRevision(json.revision) &&
    isListOf(json.flags, hasKey) &&
    isListOf(json.segments, hasKey)
  );
}

export function isDelta(json: unknown): json is Delta {
  return (
    isLike<Delta>(json) &&
    isRevision(json.fromRevision) &&
    isRevision(json.revision) &&
    isListOf(
      json.changes,
      (change) =>
        isLike<Delta['changes'][number]>(change) &&
        (change.kind === 'flag' || change.kind === 'segment') &&
        hasKey(change) &&
        (change.document === null || change.document?.key === change.key),
    )
  );
}

export function isBeat(json: unknown): json is Pick<Beat, 'revision'> {
  return isLike<Beat>(json) && isRevision(json.revision);
}

export function isResync(json: unknown): json is Pick<Resync, 'withinMs'> {
  return isLike<Resync>(json) && Number.isFinite(json.withinMs);
}

export function isAck(json: unknown): json is EventAck {
  return isLike<EventAck>(json) && isRevision(json.acknowledgedSeq);
}

/** Undefined, which is no JSON, for text that is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Something whose properties can be read: each may be there, and is to be checked. */
export function isLike<T>(value: unknown): value is { readonly [K in keyof T]?: T[K] | null } {
  return typeof value === 'object' && value !== null;
}

function isListOf(value: unknown, isElement: (element: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isElement);
}

function isRevision(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function hasKey(value: unknown): boolean {
  return isLike<{ key: string }>(value) && typeof value.key === 'string';
}
