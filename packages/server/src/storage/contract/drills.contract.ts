import { expect, test } from 'vitest';
import type { DrillRow } from '../storage.ts';
import { ACTOR, buildRollout, createEnvironment } from './builders.contract.ts';
import type { GetStorageUnderTest } from './storage-under-test.contract.ts';

export function drillsContract(get: GetStorageUnderTest): void {
  test('drills of a rollout are told newest first, and only so many are kept', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    const [rollout, other] = [buildRollout(environment), buildRollout(environment, { rule: 'other' })];
    for (const row of [rollout, other]) await storage.createRollout(row);
    const drill = (atMs: number): DrillRow => ({ rolloutId: rollout.id, atMs, by: ACTOR, document: { nul: '\u0000' } });
    await storage.saveDrill({ ...drill(1), rolloutId: other.id }, 2);
    for (const atMs of [7, 7, 9]) await storage.saveDrill(drill(atMs), 2);
    expect(await storage.listDrills(rollout.id, 10)).toEqual([drill(9), drill(7)]);
    expect(await storage.listDrills(rollout.id, 1)).toEqual([drill(9)]);
    expect(await storage.listDrills(other.id, 10)).toHaveLength(1);
  });
}
