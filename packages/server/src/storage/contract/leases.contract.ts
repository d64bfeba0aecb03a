import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Checkpoint, LeaseToken, NewCheckpoint, Storage } from '../storage.ts';
import { createEnvironment, uniqueKey } from './builders.contract.ts';
import type { GetStorageUnderTest } from './storage-under-test.contract.ts';

const LONG_MS = 600_000;

const buildCheckpoint = (environment: string, position: number): Checkpoint => ({
  environment,
  position: { local: position, 'node-2': 7 },
  state: Uint8Array.from({ length: 300 }, (_, index) => (index * position) % 256),
  atMs: 1_700_000_000_000,
});

/** In parts of a few bytes. */
function inParts({ state, ...checkpoint }: Checkpoint): NewCheckpoint {
  const parts = Array.from({ length: 10 }, (_, index) => state.subarray(index * 30, (index + 1) * 30));
  return { ...checkpoint, parts };
}

async function acquire(storage: Storage, name: string, holder: string): Promise<LeaseToken> {
  const lease = await storage.acquireLease(name, holder, LONG_MS);
  if (lease === undefined) throw new Error(`${holder} did not get the lease ${name}`);
  return lease;
}

export function leasesContract(get: GetStorageUnderTest): void {
  test('while a lease is valid its holder renews it under the same epoch, and nobody else gets it', async () => {
    const { storage, nodes } = get();
    const name = uniqueKey('lease');
    expect(await storage.acquireLease(name, 'a', LONG_MS)).toEqual({ name, holder: 'a', epoch: 1 });
    expect(await nodes[1].acquireLease(name, 'b', LONG_MS)).toBeUndefined();
    expect(await nodes[1].acquireLease(name, 'a', LONG_MS)).toEqual({ name, holder: 'a', epoch: 1 });
  });

  test('of many that want a free lease at once, one gets it', async () => {
    const { nodes } = get();
    const name = uniqueKey('lease');
    const leases = await Promise.all(
      Array.from({ length: 12 }, (_, index) => nodes[index % nodes.length]?.acquireLease(name, `h${index}`, LONG_MS)),
    );
    expect(leases.filter((lease) => lease !== undefined)).toHaveLength(1);
  });

  test('a lease that ran out or was released goes to the next, each time under a higher epoch', async () => {
    const { storage } = get();
    const name = uniqueKey('lease');
    expect((await storage.acquireLease(name, 'a', 0))?.epoch).toBe(1);
    const taken = await acquire(storage, name, 'b');
    expect(taken).toEqual({ name, holder: 'b', epoch: 2 });
    await storage.releaseLease(taken);
    expect((await acquire(storage, name, 'b')).epoch).toBe(3);
  });

  test('nobody else gets a lease before its time is over by the clock of the database', async () => {
    const { storage } = get();
    const name = uniqueKey('lease');
    const askedAtMs = performance.now();
    await storage.acquireLease(name, 'a', 300);
    let taken: LeaseToken | undefined;
    while (taken === undefined) {
      await delay(10);
      taken = await storage.acquireLease(name, 'b', LONG_MS);
    }
    // The two clocks round differently.
    expect(performance.now() - askedAtMs).toBeGreaterThan(290);
    expect(taken.epoch).toBe(2);
  });

  test('releasing a lease that another has taken over changes nothing', async () => {
    const { storage } = get();
    const name = uniqueKey('lease');
    await storage.acquireLease(name, 'a', 0);
    await acquire(storage, name, 'b');
    await storage.releaseLease({ name, holder: 'a', epoch: 1 });
    expect(await storage.acquireLease(name, 'a', LONG_MS)).toBeUndefined();
  });

  test('a checkpoint holds its state and its position together, and replaces the one before', async () => {
    const { storage, nodes } = get();
    const environment = await createEnvironment(storage);
    const lease = await acquire(storage, environment, 'a');
    expect(await storage.findCheckpoint(environment)).toBeUndefined();
    for (const position of [3, 5]) {
      const checkpoint = buildCheckpoint(environment, position);
      expect(await storage.saveCheckpoint(inParts(checkpoint), lease)).toBe('saved');
      expect(await nodes[2].findCheckpoint(environment)).toEqual(checkpoint);
    }
  });

  test('of a checkpoint that failed half-way nothing is left, and the next one is whole', async () => {
    const { storage, nodes } = get();
    const environment = await createEnvironment(storage);
    const lease = await acquire(storage, environment, 'a');
    await storage.saveCheckpoint(inParts(buildCheckpoint(environment, 3)), lease);
    const { parts, ...failing } = inParts(buildCheckpoint(environment, 5));
    const broken = function* () {
      yield* [...parts].slice(0, 4);
      throw new Error('no more');
    };
    await expect(storage.saveCheckpoint({ ...failing, parts: broken() }, lease)).rejects.toThrow('no more');
    expect(await nodes[1].findCheckpoint(environment)).toEqual(buildCheckpoint(environment, 3));
    expect(await storage.saveCheckpoint(inParts(buildCheckpoint(environment, 7)), lease)).toBe('saved');
    expect(await nodes[1].findCheckpoint(environment)).toEqual(buildCheckpoint(environment, 7));
  });

  test('a checkpoint read while others are written is always whole', async () => {
    const { storage, nodes } = get();
    const environment = await createEnvironment(storage);
    const lease = await acquire(storage, environment, 'a');
    const write = async () => {
      for (let position = 1; position <= 20; position++) {
        await storage.saveCheckpoint(inParts(buildCheckpoint(environment, position)), lease);
      }
    };
    const writing = write();
    for (let read = 0; read < 30; read++) {
      const checkpoint = await nodes[1].findCheckpoint(environment);
      if (checkpoint !== undefined) {
        expect(checkpoint).toEqual(buildCheckpoint(environment, checkpoint.position['local'] ?? 0));
      }
    }
    await writing;
  });

  test('whoever lost the lease while it was asleep writes no checkpoint', async () => {
    const { storage, nodes } = get();
    const environment = await createEnvironment(storage);
    const asleep = await storage.acquireLease(environment, 'a', 0);
    const taken = await acquire(nodes[1], environment, 'b');
    expect(await nodes[1].saveCheckpoint(inParts(buildCheckpoint(environment, 5)), taken)).toBe('saved');
    expect(asleep).toBeDefined();
    if (asleep === undefined) return;
    expect(await storage.saveCheckpoint(inParts(buildCheckpoint(environment, 9)), asleep)).toBe('lease-lost');
    // Neither the holder nor the epoch alone is enough.
    const forged = [
      { ...taken, holder: 'a' },
      { ...taken, epoch: 1 },
      { ...taken, name: 'no-such-lease' },
    ];
    for (const lease of forged) {
      expect(await storage.saveCheckpoint(inParts(buildCheckpoint(environment, 9)), lease)).toBe('lease-lost');
    }
    expect(await storage.findCheckpoint(environment)).toEqual(buildCheckpoint(environment, 5));
  });
}
