import type { Column, FillColumns } from './column.ts';

/** Rows copied or written at a time: a few hundred kilobytes. */
const PAGE_ROWS = 4_096;

/** Columns of which each row has as many numbers as `widths` says. */
export interface Rows {
  readonly columns: readonly Column[];
  readonly widths: readonly number[];
}

/** Which rows, when they lie in a ring: the first in `origin`, others after it, and from the end on at the beginning. */
export interface Ring {
  readonly origin: number;
  readonly count: number;
  readonly capacity: number;
}

/**
 * Rows as they are at one moment, while whoever owns them writes on: a page that is about to change is copied first, and
 * only that. So the moment itself costs nothing, and a row that changed costs its page once.
 *
 *     pages      written │ copied, for it changed │ as it was, so it is read where it lies
 *
 * Who lets go of the columns for larger ones need tell nobody: the old ones stay as they are.
 */
export class ColumnSnapshot {
  readonly #rows: Rows;
  readonly #ring: Ring;
  readonly #copies = new Map<number, readonly Column[]>();
  #written = 0;

  constructor(rows: Rows, ring: Ring) {
    this.#rows = rows;
    this.#ring = ring;
  }

  beforeWrite(row: number): void {
    const { origin, count, capacity } = this.#ring;
    const index = row >= origin ? row - origin : row - origin + capacity;
    if (index < count) this.#keep(Math.floor(index / PAGE_ROWS));
  }

  /** Before somebody else takes one: what is not written yet is copied now. */
  keepAll(): void {
    for (let page = this.#written; page * PAGE_ROWS < this.#ring.count; page++) this.#keep(page);
  }

  /** The pages in order, each column by column. */
  *list(): Generator<Column> {
    for (; this.#written * PAGE_ROWS < this.#ring.count; ) {
      const page = this.#written;
      const copy = this.#copies.get(page) ?? this.#copy(page);
      this.#copies.delete(page);
      this.#written++;
      yield* copy;
    }
  }

  #keep(page: number): void {
    if (page >= this.#written && !this.#copies.has(page)) this.#copies.set(page, this.#copy(page));
  }

  #copy(page: number): readonly Column[] {
    const { origin, count, capacity } = this.#ring;
    const from = page * PAGE_ROWS;
    const rowCount = Math.min(PAGE_ROWS, count - from);
    const at = (origin + from) % capacity;
    const atEnd = Math.min(rowCount, capacity - at);
    return this.#rows.columns.map((column, index) => {
      const width = this.#rows.widths[index] ?? 1;
      const copy = column.slice(at * width, (at + rowCount) * width);
      if (atEnd === rowCount) return copy;
      const whole = emptyLike(column, rowCount * width);
      whole.set(copy);
      whole.set(column.subarray(0, (rowCount - atEnd) * width), atEnd * width);
      return whole;
    });
  }
}

/** Fills columns with the pages that `list` gave. */
export function readPages({ columns, widths }: Rows, count: number, fill: FillColumns): void {
  for (let from = 0; from < count; from += PAGE_ROWS) {
    const to = Math.min(count, from + PAGE_ROWS);
    fill(columns.map((column, index) => column.subarray(from * (widths[index] ?? 1), to * (widths[index] ?? 1))));
  }
}

function emptyLike(column: Column, length: number): Column {
  if (column instanceof Float64Array) return new Float64Array(length);
  if (column instanceof Uint32Array) return new Uint32Array(length);
  return column instanceof Uint16Array ? new Uint16Array(length) : new Uint8Array(length);
}
