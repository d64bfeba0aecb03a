import { expect, test } from 'vitest';
import type { MeasurementsRow } from '../storage.ts';
import { buildRollout, createEnvironment } from './builders.contract.ts';
import type { GetStorageUnderTest } from './storage-under-test.contract.ts';

const LONG_MS = 600_000;

export function measurementsContract(get: GetStorageUnderTest): void {
  async function prepare(ttlMs: number) {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    const rollout = buildRollout(environment);
    await storage.createRollout(rollout);
    const lease = await storage.acquireLease(environment, 'a', ttlMs);
    if (lease === undefined) throw new Error('expected the lease');
    const run = { startedAtMs: 1.5, nul: '\u0000' };
    const row: MeasurementsRow = { rolloutId: rollout.id, epoch: 1, run, atMs: 5 };
    return { environment, lease, row };
  }

  test('the measurements of a rollout come back as they were saved last, on every node', async () => {
    const { storage, nodes } = get();
    const { lease, row } = await prepare(LONG_MS);
    expect(await storage.findMeasurements(row.rolloutId)).toBeUndefined();
    expect(await storage.saveMeasurements(row, lease)).toBe('saved');
    const renewed = { ...row, epoch: 2, run: { startedAtMs: 7 }, atMs: 9 };
    expect(await storage.saveMeasurements(renewed, lease)).toBe('saved');
    expect(await nodes[1].findMeasurements(row.rolloutId)).toEqual(renewed);
  });

  test('whoever lost the lease saves no measurement', async () => {
    const { storage, nodes } = get();
    const { environment, lease, row } = await prepare(0);
    expect(await nodes[1].acquireLease(environment, 'b', LONG_MS)).toBeDefined();
    expect(await storage.saveMeasurements(row, lease)).toBe('lease-lost');
    expect(await storage.findMeasurements(row.rolloutId)).toBeUndefined();
  });
}
