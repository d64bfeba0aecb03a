import { type ReactNode, useRef } from 'react';
import { useViewport } from './use-viewport.ts';
import { visibleRange } from './visible-range.ts';

interface VirtualListProps<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  /** In CSS pixels; every row has it. */
  readonly rowHeight: number;
  readonly keyOf: (row: Row) => string;
  readonly render: (row: Row) => ReactNode;
}

/** A list that scrolls by itself and has only those rows in the page that can be seen. */
export function VirtualList<Row>({ label, rows, rowHeight, keyOf, render }: VirtualListProps<Row>): ReactNode {
  const box = useRef<HTMLElement>(null);
  const seen = useViewport(box);
  const { first, end } = visibleRange({ ...seen, rowHeight, rowCount: rows.length });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who scrolls by keyboard must be able to come here
    <section className="virtual" ref={box} aria-label={label} tabIndex={0}>
      <ul style={{ paddingTop: first * rowHeight, paddingBottom: (rows.length - end) * rowHeight }}>
        {rows.slice(first, end).map((row, index) => (
          <li
            key={keyOf(row)}
            style={{ height: rowHeight }}
            aria-setsize={rows.length}
            aria-posinset={first + index + 1}
          >
            {render(row)}
          </li>
        ))}
      </ul>
    </section>
  );
}
