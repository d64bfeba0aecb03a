import { type ReactNode, useEffect, useRef } from 'react';
import { Cells, type Column, ColumnTitles } from './data-table.tsx';
import { useViewport } from './use-viewport.ts';
import { visibleRange } from './visible-range.ts';

interface VirtualTableProps<Row> {
  /** For listeners only: a heading says it already. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** In CSS pixels; every row has it, so no cell may wrap. */
  readonly rowHeight: number;
  readonly keyOf: (row: Row) => string;
  /** Called when the last row comes into sight, once for each count of rows: there may be more to read. */
  readonly onEndSeen: () => void;
}

/** A table that scrolls by itself, under its titles, and has only those rows in the page that can be seen. */
export function VirtualTable<Row>(props: VirtualTableProps<Row>): ReactNode {
  const { caption, columns, rows, rowHeight, keyOf, onEndSeen } = props;
  const box = useRef<HTMLElement>(null);
  const { first, end } = visibleRange({ ...useViewport(box), rowHeight, rowCount: rows.length });
  const isEndSeen = end === rows.length;
  useEffect(() => {
    if (isEndSeen) onEndSeen();
    // A new function is no new sight of the end.
  }, [isEndSeen, rows.length]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who scrolls by keyboard must be able to come here
    <section className="virtual" ref={box} aria-label={caption} tabIndex={0}>
      <table aria-rowcount={rows.length + 1}>
        <caption className="hidden">{caption}</caption>
        <ColumnTitles columns={columns} />
        <tbody>
          <Space height={first * rowHeight} />
          {rows.slice(first, end).map((row, index) => (
            <tr key={keyOf(row)} style={{ height: rowHeight }} aria-rowindex={first + index + 2}>
              <Cells columns={columns} row={row} />
            </tr>
          ))}
          <Space height={(rows.length - end) * rowHeight} />
        </tbody>
      </table>
    </section>
  );
}

/** Stands for the rows that are not there. */
function Space({ height }: { readonly height: number }): ReactNode {
  return height === 0 ? null : <tr style={{ height }} />;
}
