import { expect, test } from 'vitest';
import { formatTable } from './table.ts';

test('columns are as wide as their widest cell, whatever its colour', () => {
  expect(
    formatTable({
      header: ['KEY', 'UNITS'],
      rows: [
        ['\u001b[31ma\u001b[39m', '1'],
        ['longer', '1 000'],
      ],
      rightAligned: [1],
      indent: ' ',
    }),
  ).toEqual([' KEY     UNITS', ' \u001b[31ma\u001b[39m           1', ' longer  1 000']);
});

test('a table without rows is its header', () => {
  expect(formatTable({ header: ['KEY', 'NAME'], rows: [] })).toEqual(['KEY  NAME']);
});
