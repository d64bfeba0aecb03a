import type { Platform } from '@tidegate/sdk-core';
import { InMemoryWire } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { loadCached } from './load-cached.ts';

function loadingOn(wire: InMemoryWire, load: (name: string) => Promise<string | undefined>) {
  const platform: Platform = wire.platform();
  const heard: unknown[] = [];
  loadCached({ cache: { load }, key: 'tg_srv_key', platform }, (text) => heard.push(text));
  return heard;
}

test('what the cache has under the name of the key is handed on', async () => {
  const wire = new InMemoryWire();
  const names: string[] = [];
  const heard = loadingOn(wire, async (name) => {
    names.push(name);
    return 'text';
  });
  await wire.time.advance(0);
  expect(heard).toEqual(['text']);
  expect(names).toEqual([expect.stringMatching(/^tidegate-\d+$/)]);
  expect(wire.time.timerCount()).toBe(0);
});

test('a cache that hangs is not awaited for longer than a second, and is not listened to afterwards', async () => {
  const wire = new InMemoryWire();
  let arrive = (_: string): void => undefined;
  const heard = loadingOn(
    wire,
    () =>
      new Promise((resolve) => {
        arrive = resolve;
      }),
  );
  await wire.time.advance(999);
  expect(heard).toEqual([]);
  await wire.time.advance(1);
  arrive('late');
  await wire.time.advance(0);
  expect(heard).toEqual([undefined]);
});

test('a cache that fails costs a warning', async () => {
  const wire = new InMemoryWire();
  const heard = loadingOn(wire, () => Promise.reject(new Error('no access')));
  await wire.time.advance(0);
  expect(heard).toEqual([undefined]);
  expect(wire.logs).toEqual(['warn cache: Error: no access']);
});
