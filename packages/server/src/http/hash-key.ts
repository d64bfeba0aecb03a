import { createHash } from 'node:crypto';

/** What keys look like: a prefix that secret scanners know, and 256 random bits. */
const KEY_PATTERN = /^tg_(op|srv|web)_[A-Za-z0-9_-]{43}$/;

export function looksLikeKey(text: string): boolean {
  return KEY_PATTERN.test(text);
}

/** What is stored of a key. A fast hash is right: 256 random bits cannot be guessed, and it is taken per request. */
export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
