import type { Platform } from '@tidegate/sdk-core';
import { InMemoryWire } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { createCacheKeeper } from './cache-keeper.ts';

function keeperOn(wire: InMemoryWire, save: (name: string, text: string) => Promise<void>) {
  const platform: Platform = wire.platform();
  return createCacheKeeper({ save }, platform);
}

test('what changes within five seconds is saved once, as it is then', async () => {
  const wire = new InMemoryWire();
  const saved: string[] = [];
  const keeper = keeperOn(wire, async (name, text) => void saved.push(`${name}: ${text}`));
  let revision = 1;
  const makeText = () => String(revision);
  keeper.saveSoon('rules', makeText);
  revision = 2;
  keeper.saveSoon('rules', makeText);
  await wire.time.advance(4_999);
  expect(saved).toEqual([]);
  await wire.time.advance(10_000);
  expect(saved).toEqual(['rules: 2']);
});

test('what waits is saved at the end, and nothing else', async () => {
  const wire = new InMemoryWire();
  const saved: string[] = [];
  const keeper = keeperOn(wire, async (_, text) => void saved.push(text));
  await keeper.saveNow();
  keeper.saveSoon('rules', () => 'last');
  await keeper.saveNow();
  await keeper.saveNow();
  expect(saved).toEqual(['last']);
  expect(wire.time.timerCount()).toBe(0);
});

test('a disk that is full costs a warning', async () => {
  const wire = new InMemoryWire();
  const keeper = keeperOn(wire, () => Promise.reject(new Error('disk full')));
  keeper.saveSoon('rules', () => 'text');
  await keeper.saveNow();
  expect(wire.logs).toEqual(['warn cache: Error: disk full']);
});
