import { expect, test } from 'vitest';
import type { KeyRow } from '../../storage/storage.ts';
import { isGenuine, mintTicket, readTicket } from './stream-ticket.ts';

const MINUTE_MS = 60_000;

function buildKey(fields: Partial<KeyRow> = {}): KeyRow {
  const key = { id: 'key-1', kind: 'browser', name: '', hash: 'a'.repeat(64), hint: '', role: 'sdk' } as const;
  return { ...key, environment: 'default/production', createdAtMs: 0, revokedAtMs: null, ...fields };
}

const mint = (nowMs: number, seenRevision = 7) => mintTicket(buildKey(), { nowMs, seenRevision });

test('a ticket says whose it is, until when it is good and what its holder has seen', () => {
  expect(readTicket(mint(0))).toEqual({ keyId: 'key-1', expiresAtMs: 30 * MINUTE_MS, seenRevision: 7 });
  expect(isGenuine(mint(0), buildKey())).toBe(true);
});

test('it stays the same for a quarter of an hour and is good for another one', () => {
  expect(mint(14 * MINUTE_MS)).toBe(mint(0));
  expect(mint(15 * MINUTE_MS)).not.toBe(mint(0));
  expect(readTicket(mint(15 * MINUTE_MS))?.expiresAtMs).toBe(45 * MINUTE_MS);
});

test.each([
  ['of another key', mint(0), buildKey({ hash: 'b'.repeat(64) })],
  ['whose time was stretched', mint(0).replace('.1800000.', '.9800000.'), buildKey()],
  ['whose revision was altered', mint(0).replace('.7.', '.8.'), buildKey()],
  ['whose signature was cut', mint(0).slice(0, -4), buildKey()],
  ['without a signature', 'key-1.1800000.7.', buildKey()],
])('a ticket %s is not genuine', (_, ticket, key) => {
  expect(isGenuine(ticket, key)).toBe(false);
});

test.each(['', 'key-1', 'key-1.1800000.7', 'key 1.1800000.7.AAAA', 'key-1.-1.7.AAAA'])('%j is no ticket', (text) => {
  expect(readTicket(text)).toBeUndefined();
});
