import { visibleWidth } from './text.ts';

export interface TableOptions {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns with numbers, which read better from the right. */
  readonly rightAligned?: readonly number[];
  readonly indent?: string;
}

/** Lines of a table whose columns are as wide as their widest cell, two spaces apart, nothing at the end of a line. */
export function formatTable({ header, rows, rightAligned = [], indent = '' }: TableOptions): string[] {
  const lines = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => visibleWidth(line[column] ?? ''))));
  return lines.map((line) => {
    const cells = widths.map((width, column) => {
      const cell = line[column] ?? '';
      const padding = ' '.repeat(width - visibleWidth(cell));
      return rightAligned.includes(column) ? padding + cell : cell + padding;
    });
    return indent + cells.join('  ').trimEnd();
  });
}
