import { setImmediate as nextTurn } from 'node:timers/promises';
import { seededRandom } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import type { LogPosition } from '../storage.ts';
import { buildRecords, createEnvironment, readAllRecords } from './builders.contract.ts';
import type { GetStorageUnderTest } from './storage-under-test.contract.ts';

export function batchLogContract(get: GetStorageUnderTest): void {
  test('records are read in the order of their appends, byte for byte', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    await storage.appendRecords(buildRecords(environment, '{"a": 1.10}', '"\\u0000\\\\"'));
    await storage.appendRecords([]);
    await storage.appendRecords(buildRecords(environment, '“é😀”'));
    expect(await readAllRecords(storage, environment)).toEqual(['{"a": 1.10}', '"\\u0000\\\\"', '“é😀”']);
  });

  test('one append may hold records of several environments; each is numbered from 1 without a gap', async () => {
    const { storage } = get();
    const [first, second] = [await createEnvironment(storage), await createEnvironment(storage)];
    await storage.appendRecords([
      ...buildRecords(first, 'a'),
      ...buildRecords(second, 'b'),
      ...buildRecords(first, 'c'),
    ]);
    await storage.appendRecords(buildRecords(first, 'd'));
    const rows = await storage.readRecords(first, {}, 10);
    expect(rows.map(({ position, body }) => [position, body])).toEqual([
      [1, 'a'],
      [2, 'c'],
      [3, 'd'],
    ]);
    expect(await readAllRecords(storage, second)).toEqual(['b']);
  });

  test('reading goes on after a position and gives at most the limit', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    await storage.appendRecords(buildRecords(environment, 'a', 'b', 'c'));
    const [first, second] = await storage.readRecords(environment, {}, 2);
    expect([first?.body, second?.body]).toEqual(['a', 'b']);
    const after = { [second?.stream ?? '']: second?.position ?? 0, 'a-stream-that-is-gone': 9 };
    expect((await storage.readRecords(environment, after, 2)).map((row) => row.body)).toEqual(['c']);
  });

  test('forgotten records do not come back, and positions go on after them', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    await storage.appendRecords(buildRecords(environment, 'a', 'b', 'c'));
    const [first, second, third] = await storage.readRecords(environment, {}, 3);
    const stream = first?.stream ?? '';
    expect(await storage.deleteRecords(environment, { [stream]: second?.position ?? 0 })).toBe(2);
    expect(await storage.deleteRecords(environment, { [stream]: second?.position ?? 0, other: 5 })).toBe(0);
    expect(await readAllRecords(storage, environment)).toEqual(['c']);
    expect(await storage.deleteRecords(environment, { [stream]: third?.position ?? 0 })).toBe(1);
    await storage.appendRecords(buildRecords(environment, 'd'));
    expect(await storage.readRecords(environment, {}, 3)).toEqual([{ stream, position: 4, body: 'd' }]);
  });

  test('more records are forgotten at once than one transaction takes', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    const bodies = Array.from({ length: 1_201 }, (_, index) => String(index));
    await storage.appendRecords(buildRecords(environment, ...bodies));
    expect(await readAllRecords(storage, environment, 100)).toEqual(bodies);
    const [first] = await storage.readRecords(environment, {}, 1);
    expect(await storage.deleteRecords(environment, { [first?.stream ?? '']: 1_200 })).toBe(1_200);
    expect(await readAllRecords(storage, environment)).toEqual(['1200']);
  });

  test('a record that follows an acknowledged one comes after it, whichever nodes took them', async () => {
    const { storage, nodes } = get();
    const environment = await createEnvironment(storage);
    const bodies = Array.from({ length: 30 }, (_, index) => String(index));
    const random = seededRandom(41);
    for (const body of bodies) await nodes[random.int(0, 3)]?.appendRecords(buildRecords(environment, body));
    for (const limit of [1, 7, 1_000]) expect(await readAllRecords(storage, environment, limit)).toEqual(bodies);
  });

  test.each([1, 2, 3])(
    'a tailing reader sees every acknowledged record exactly once, in its order (seed %i)',
    async (seed) => {
      const { storage, nodes } = get();
      const environment = await createEnvironment(storage);
      const random = seededRandom(seed);
      let writing = true;
      const write = async (writer: string): Promise<string[]> => {
        const acknowledged: string[] = [];
        for (let round = 0; round < 25; round++) {
          const bodies = Array.from({ length: random.int(1, 6) }, (_, index) => `${writer}:${round}:${index}`);
          await nodes[random.int(0, 3)]?.appendRecords(buildRecords(environment, ...bodies));
          acknowledged.push(...bodies);
        }
        return acknowledged;
      };
      const tail = async (): Promise<string[]> => {
        const seen: string[] = [];
        const position: Record<string, number> = {};
        for (let finalRead = false; ; finalRead = !writing) {
          const rows = await storage.readRecords(environment, position satisfies LogPosition, random.int(1, 40));
          for (const row of rows) {
            expect(row.position).toBe((position[row.stream] ?? 0) + 1);
            position[row.stream] = row.position;
            seen.push(row.body);
          }
          if (rows.length === 0 && finalRead) return seen;
          // An embedded database answers at once: without a pause the writers would never get their turn.
          await nextTurn();
        }
      };
      const reading = tail();
      const writers = ['a', 'b', 'c', 'd', 'e', 'f'];
      const acknowledged = await Promise.all(writers.map(write)).finally(() => {
        writing = false;
      });
      const seen = await reading;
      expect(seen.toSorted()).toEqual(acknowledged.flat().toSorted());
      for (const [index, writer] of writers.entries()) {
        expect(seen.filter((body) => body.startsWith(`${writer}:`))).toEqual(acknowledged[index]);
      }
    },
  );
}
