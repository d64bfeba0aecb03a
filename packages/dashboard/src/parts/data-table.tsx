import type { ReactNode } from 'react';

export interface Column<Row> {
  readonly title: string;
  /** `number` is aligned to the right, `wide` may wrap. */
  readonly kind?: 'number' | 'wide';
  cell(row: Row): ReactNode;
}

interface DataTableProps<Row> {
  readonly caption: string;
  /** Whether the caption is for listeners only, because a heading says it already. */
  readonly isCaptionHidden?: boolean;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
}

/** A table whose first column names the row. On a narrow screen it scrolls by itself, also by keyboard. */
export function DataTable<Row>(props: DataTableProps<Row>): ReactNode {
  const { caption, isCaptionHidden = true, columns, rows, keyOf } = props;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who scrolls by keyboard must be able to come here
    <section className="scroll" aria-label={caption} tabIndex={0}>
      <table>
        <caption className={isCaptionHidden ? 'hidden' : ''}>{caption}</caption>
        <ColumnTitles columns={columns} />
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              <Cells columns={columns} row={row} />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function ColumnTitles<Row>({ columns }: { readonly columns: readonly Column<Row>[] }): ReactNode {
  return (
    <thead>
      <tr>
        {columns.map(({ title, kind = '' }) => (
          <th key={title} scope="col" className={kind}>
            {title}
          </th>
        ))}
      </tr>
    </thead>
  );
}

interface CellsProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly row: Row;
}

export function Cells<Row>({ columns, row }: CellsProps<Row>): ReactNode {
  return columns.map(({ title, kind = '', cell }, index) =>
    index === 0 ? (
      <th key={title} scope="row" className={kind}>
        {cell(row)}
      </th>
    ) : (
      <td key={title} className={kind}>
        {cell(row)}
      </td>
    ),
  );
}
