import { expect, test } from 'vitest';
import type { NewCheckpoint, Storage, UsageRow } from '../storage.ts';
import { buildChange, createEnvironment, uniqueKey } from './builders.contract.ts';
import type { GetStorageUnderTest } from './storage-under-test.contract.ts';

const usageOf = (flagKey: string, count = 1): UsageRow => ({
  flagKey,
  firstAtMs: 1_700_000_000_000 + count,
  usage: { count, of: `"${flagKey}"` },
});

export function usageContract(get: GetStorageUnderTest): void {
  test('usage is saved with the checkpoint, whole: saved twice it is as saved once', async () => {
    const { storage, nodes } = get();
    const environment = await createEnvironment(storage);
    const save = await checkpointing(storage, environment);
    expect(await storage.findUsageStart(environment)).toBeNull();
    const usage = { saved: [usageOf('a'), usageOf('b')], forgotten: [] };
    for (let time = 1; time <= 2; time += 1) expect(await save(usage)).toBe('saved');
    expect(await storage.findUsageStart(environment)).toBe(1_700_000_000_001);
    expect(await nodes[1].listUsage(environment, { of: 'all', limit: 10 })).toEqual(usage.saved);
    expect(await save({ saved: [usageOf('b', 2)], forgotten: ['a', 'never-there'] })).toBe('saved');
    expect(await storage.findUsageStart(environment)).toBe(1_700_000_000_002);
    expect(await storage.findUsage(environment, 'a')).toBeUndefined();
    expect(await storage.findUsage(environment, 'b')).toEqual(usageOf('b', 2));
    expect(await storage.findUsage(await createEnvironment(storage), 'b')).toBeUndefined();
  });

  test('whoever lost the lease saves no usage either', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    const name = uniqueKey('lease');
    const lost = await storage.acquireLease(name, 'a', 0);
    await storage.acquireLease(name, 'b', 600_000);
    if (lost === undefined) throw new Error('expected a lease');
    const usage = { saved: [usageOf('a')], forgotten: [] };
    expect(await storage.saveCheckpoint(checkpointOf(environment), lost, usage)).toBe('lease-lost');
    expect(await storage.listUsage(environment, { of: 'all', limit: 10 })).toEqual([]);
  });

  test('usage is listed in pages, and that of keys without a flag by itself', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    await storage.appendChange(buildChange(environment, { key: 'a' }));
    await storage.appendChange(buildChange(environment, { key: 'c', archived: true }));
    await storage.appendChange(buildChange(environment, { key: 'd', kind: 'segment' }));
    const save = await checkpointing(storage, environment);
    await save({ saved: ['a', 'b', 'c', 'd', 'e'].map((key) => usageOf(key)), forgotten: [] });
    const list = async (page: { of: 'all' | 'unknown'; after?: string; limit: number }) =>
      (await storage.listUsage(environment, page)).map((row) => row.flagKey);
    expect(await list({ of: 'all', limit: 2 })).toEqual(['a', 'b']);
    expect(await list({ of: 'all', after: 'b', limit: 9 })).toEqual(['c', 'd', 'e']);
    expect(await list({ of: 'unknown', limit: 2 })).toEqual(['b', 'd']);
    expect(await list({ of: 'unknown', after: 'd', limit: 9 })).toEqual(['e']);
  });
}

const checkpointOf = (environment: string): NewCheckpoint => ({
  environment,
  position: {},
  parts: [Uint8Array.of(1)],
  atMs: 5,
});

async function checkpointing(storage: Storage, environment: string) {
  const lease = await storage.acquireLease(uniqueKey('lease'), 'a', 600_000);
  if (lease === undefined) throw new Error('expected a free lease');
  return (usage: Parameters<Storage['saveCheckpoint']>[2]) =>
    storage.saveCheckpoint(checkpointOf(environment), lease, usage);
}
