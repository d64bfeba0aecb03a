import { createHmac, timingSafeEqual } from 'node:crypto';
import type { KeyRow } from '../../storage/storage.ts';

/**
 * What lets a browser's EventSource in, which can send no header: a word in the stream's address that stands for the
 * key for a while. It is signed with the stored hash of that key, so that every node knows it without being told, it
 * ends with the key, and nobody makes one who could not have asked for it. Whoever finds it in somebody's log learns
 * from it that flags change, until it expires.
 *
 * It is the same for all who ask within one period: an answer with another ticket would be another answer, and would
 * cost the 304.
 */
const PERIOD_MS = 15 * 60_000;

export interface StreamTicket {
  readonly keyId: string;
  readonly expiresAtMs: number;
  /** The last change that the answer which carried the ticket had seen. */
  readonly seenRevision: number;
}

/** Good for one period at least, and for two at most. */
export function mintTicket(key: KeyRow, { nowMs, seenRevision }: { nowMs: number; seenRevision: number }): string {
  const expiresAtMs = (Math.floor(nowMs / PERIOD_MS) + 2) * PERIOD_MS;
  const claim = `${key.id}.${expiresAtMs}.${seenRevision}`;
  return `${claim}.${signatureOf(claim, key).toString('base64url')}`;
}

/** What a ticket says of itself; whether it is true is for `isGenuine`. Undefined when it is none. */
export function readTicket(text: string): StreamTicket | undefined {
  const [, keyId, expiresAtMs, seenRevision] = /^([\w-]+)\.(\d{1,15})\.(\d{1,15})\.[\w-]+$/.exec(text) ?? [];
  if (keyId === undefined) return undefined;
  return { keyId, expiresAtMs: Number(expiresAtMs), seenRevision: Number(seenRevision) };
}

export function isGenuine(text: string, key: KeyRow): boolean {
  const end = text.lastIndexOf('.');
  const signature = Buffer.from(text.slice(end + 1), 'base64url');
  const expected = signatureOf(text.slice(0, end), key);
  return signature.length === expected.length && timingSafeEqual(signature, expected);
}

function signatureOf(claim: string, key: KeyRow): Buffer {
  return createHmac('sha256', key.hash).update(`ofrep stream ${claim}`).digest();
}
