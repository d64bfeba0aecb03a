import type { TrafficWeight } from '@tidegate/protocol';
import { expect, test } from 'vitest';
import { createEnvironment } from './builders.contract.ts';
import type { GetStorageUnderTest } from './storage-under-test.contract.ts';

const WEIGHT: TrafficWeight = {
  rolloutId: 'r1',
  sequence: 1,
  desiredPpm: 50_000,
  appliedPpm: null,
  confirmed: false,
  driven: true,
  detail: 'line\nline',
  atMs: 5,
};
const LONG_MS = 600_000;

export function trafficWeightsContract(get: GetStorageUnderTest): void {
  test('the weight of an adapter comes back as it was saved last, and keeps what was reported', async () => {
    const { storage, nodes } = get();
    const environment = await createEnvironment(storage);
    const lease = await storage.acquireLease(environment, 'a', LONG_MS);
    if (lease === undefined) throw new Error('expected the lease');
    expect(await storage.reportTrafficWeight(environment, 'edge', 1)).toBe(false);
    const save = (weight: TrafficWeight) =>
      storage.saveTrafficWeight({ environment, adapterKey: 'edge', weight }, lease);
    expect(await save(WEIGHT)).toBe('saved');
    expect(await nodes[1].reportTrafficWeight(environment, 'edge', 50_000)).toBe(true);
    const confirmed = { ...WEIGHT, appliedPpm: 50_000, confirmed: true };
    expect(await save(confirmed)).toBe('saved');
    const saved = { environment, adapterKey: 'edge', weight: confirmed, reportedPpm: 50_000 };
    expect(await nodes[2].listTrafficWeights(environment)).toEqual([saved]);
    expect(await storage.reportTrafficWeight(environment, 'edge', null)).toBe(true);
    expect(await nodes[2].listTrafficWeights(environment)).toEqual([{ ...saved, reportedPpm: null }]);
    expect(await storage.listTrafficWeights(await createEnvironment(storage))).toEqual([]);
  });

  test('whoever lost the lease saves no weight', async () => {
    const { storage, nodes } = get();
    const environment = await createEnvironment(storage);
    const asleep = await storage.acquireLease(environment, 'a', 0);
    if (asleep === undefined) throw new Error('expected the lease');
    await nodes[1].acquireLease(environment, 'b', LONG_MS);
    const outcome = await storage.saveTrafficWeight({ environment, adapterKey: 'edge', weight: WEIGHT }, asleep);
    expect(outcome).toBe('lease-lost');
    expect(await storage.listTrafficWeights(environment)).toEqual([]);
  });
}
