import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Column } from './column.ts';
import { ColumnSnapshot, readPages } from './column-snapshot.ts';

const CAPACITY = 16_384;

/** Columns of one number a row, and of three. */
function rowsOf(count: number, numberAt: (index: number) => number) {
  const narrow = Uint32Array.from({ length: count }, (_, row) => numberAt(row));
  const wide = Float64Array.from({ length: count * 3 }, (_, index) => numberAt(index) / 2);
  return { columns: [narrow, wide], widths: [1, 3] };
}

const step = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), row: fc.nat({ max: CAPACITY - 1 }) }),
  fc.constant({ kind: 'read' as const }),
);

test('rows of a ring are read as they were, whatever is written before and between', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: CAPACITY - 1 }),
      fc.nat({ max: CAPACITY }),
      fc.array(step, { maxLength: 40 }),
      fc.boolean(),
      (origin, count, steps, isKept) => {
        const rows = rowsOf(CAPACITY, (index) => index);
        const snapshot = new ColumnSnapshot(rows, { origin, count, capacity: CAPACITY });
        const pages = snapshot.list();
        const read: Column[] = [];
        for (const { kind, ...at } of [...steps, ...(isKept ? [{ kind: 'keep' as const }] : [])]) {
          if (kind === 'keep') snapshot.keepAll();
          else if (kind === 'read') read.push(...[pages.next()].flatMap(({ done, value }) => (done ? [] : [value])));
          else if ('row' in at) {
            snapshot.beforeWrite(at.row);
            rows.columns[0]?.fill(7, at.row, at.row + 1);
            rows.columns[1]?.fill(7, at.row * 3, at.row * 3 + 3);
          }
        }
        if (isKept) for (const column of rows.columns) column.fill(9);
        read.push(...pages);
        const restored = rowsOf(count, () => 0);
        readPages(restored, count, (columns) => {
          for (const column of columns) column.set(read.shift() ?? []);
        });
        const row = (index: number) => (origin + index) % CAPACITY;
        const was = rowsOf(count, () => 0);
        for (let index = 0; index < count; index++) {
          was.columns[0]?.set([row(index)], index);
          was.columns[1]?.set(
            [0, 1, 2].map((number) => (row(index) * 3 + number) / 2),
            index * 3,
          );
        }
        expect(
          restored.columns.every((column, at) => Buffer.compare(bytesOf(column), bytesOf(was.columns[at])) === 0),
        ).toBe(true);
      },
    ),
    { numRuns: 30 },
  );
});

function bytesOf(column: Column | undefined): Uint8Array {
  return column === undefined ? new Uint8Array() : new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}
