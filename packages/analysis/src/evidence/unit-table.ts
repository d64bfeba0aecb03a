import { ColumnSnapshot, type Rows } from './column-snapshot.ts';

/**
 * The units of one epoch, each once, in the order in which they were first seen: dense columns of numbers, and an
 * open-addressing index from (h0, h1) to the row. No object per unit: 44 to 52 bytes, nothing for the collector to walk.
 *
 * Only the rows are state. The index can be rebuilt from them, so its layout (and `tableSeed`) changes nothing that
 * anybody can observe but speed.
 *
 * Per unit the table holds where it stands now and where it stood before: outcomes that come late still find the
 * stratum of the exposure that they followed.
 */
export interface UnitColumnsOfTable {
  readonly h0: Uint32Array;
  readonly h1: Uint32Array;
  /** Cell of the unit's latest exposure, and the instant from which it holds. */
  readonly cell: Uint16Array;
  readonly sinceMs: Float64Array;
  /** The same of the exposure before; `NO_CELL` when there was none. */
  readonly earlierCell: Uint16Array;
  readonly earlierSinceMs: Float64Array;
  /** One bit per guard that the unit has counted for, in the cell and in the earlier one; `words` numbers per unit. */
  readonly counted: Uint32Array;
  readonly earlierCounted: Uint32Array;
  /** The unit's newest window, which may have closed since; without entries when no guard has windows. */
  readonly window: Uint32Array;
}

/** The unit has no earlier exposure. */
export const NO_CELL = 0xffff;
/** The unit was seen in an arm that the ramp cannot explain: it carries no evidence any more. */
export const EXCLUDED_CELL = 0xfffe;

const ROWS_AT_FIRST = 1_024;
/** An index at least this much larger than its rows keeps probes at two or three. */
const INDEX_SPREAD = 2;

export interface UnitTableOptions {
  readonly guardCount: number;
  /** Marks beyond one per guard, which stay with a unit wherever it moves. */
  readonly lastingMarkCount: number;
  /** Of one window; 0 when no guard has windows. There is room for one per unit. */
  readonly windowBytes: number;
  readonly bytesMax: number;
  readonly tableSeed: number;
}

export class UnitTable {
  readonly words: number;
  /** Rows that fit in `bytesMax`: a function of the limit alone, so that a replay overflows at the same unit. */
  readonly rowsMax: number;
  rowCount = 0;
  columns: UnitColumnsOfTable;
  readonly #hasWindows: boolean;
  /** Bits that survive a move, by word. */
  readonly #lasting: Uint32Array;
  readonly #tableSeed: number;
  #snapshot: ColumnSnapshot | null = null;
  /** Row + 1 in each slot; 0 is empty. */
  #index: Int32Array;

  constructor(options: UnitTableOptions) {
    const { guardCount, lastingMarkCount, windowBytes } = options;
    this.words = Math.max(1, Math.ceil((guardCount + lastingMarkCount) / 32));
    this.rowsMax = Math.max(1, Math.floor(options.bytesMax / bytesOfRow(this.words, windowBytes)));
    this.#hasWindows = windowBytes > 0;
    this.#lasting = new Uint32Array(this.words);
    for (let mark = guardCount; mark < guardCount + lastingMarkCount; mark++) this.markCounted(this.#lasting, 0, mark);
    this.#tableSeed = options.tableSeed;
    const capacity = Math.min(ROWS_AT_FIRST, this.rowsMax);
    this.columns = this.allocate(capacity);
    this.#index = new Int32Array(indexSize(capacity));
  }

  get bytes(): number {
    const columns: readonly ArrayBufferView[] = Object.values(this.columns);
    return columns.reduce((sum, column) => sum + column.byteLength, this.#index.byteLength);
  }

  /** The row of a unit, or -1. */
  find(h0: number, h1: number): number {
    const index = this.#index;
    const columns = this.columns;
    const mask = index.length - 1;
    for (let slot = hashOfUnit(h0, h1, this.#tableSeed) & mask; ; slot = (slot + 1) & mask) {
      const row = (index[slot] ?? 0) - 1;
      if (row < 0 || (columns.h0[row] === h0 && columns.h1[row] === h1)) return row;
    }
  }

  /** Adds a unit that `find` did not find; -1 when the table is full. */
  add(h0: number, h1: number): number {
    if (this.rowCount === this.rowsMax) return -1;
    if (this.rowCount === this.columns.h0.length) this.#grow(Math.min(this.rowCount * 2, this.rowsMax));
    const row = this.rowCount++;
    this.columns.h0[row] = h0;
    this.columns.h1[row] = h1;
    this.columns.earlierCell[row] = NO_CELL;
    this.#place(row);
    return row;
  }

  /** To be called before anything of a unit's row is changed. */
  beforeWrite(row: number): void {
    this.#snapshot?.beforeWrite(row);
  }

  /** The unit moves to another cell; what it was before is kept as the earlier one. */
  move(row: number, cell: number, sinceMs: number): void {
    const { words, columns } = this;
    columns.earlierCell[row] = columns.cell[row] ?? NO_CELL;
    columns.earlierSinceMs[row] = columns.sinceMs[row] ?? 0;
    columns.cell[row] = cell;
    columns.sinceMs[row] = sinceMs;
    for (let index = 0; index < words; index++) {
      const word = row * words + index;
      const counted = columns.counted[word] ?? 0;
      columns.earlierCounted[word] = counted;
      columns.counted[word] = counted & (this.#lasting[index] ?? 0);
    }
  }

  /** Marks that the unit has counted for a guard, or one of the lasting marks; false when it had before. */
  markCounted(marks: Uint32Array, row: number, mark: number): boolean {
    const word = row * this.words + (mark >>> 5);
    const bit = 1 << (mark & 31);
    const before = marks[word] ?? 0;
    if ((before & bit) !== 0) return false;
    marks[word] = before | bit;
    return true;
  }

  isCounted(marks: Uint32Array, row: number, mark: number): boolean {
    return ((marks[row * this.words + (mark >>> 5)] ?? 0) & (1 << (mark & 31))) !== 0;
  }

  /** Empty columns of as many rows. */
  allocate(rowCount: number): UnitColumnsOfTable {
    return {
      h0: new Uint32Array(rowCount),
      h1: new Uint32Array(rowCount),
      cell: new Uint16Array(rowCount),
      sinceMs: new Float64Array(rowCount),
      earlierCell: new Uint16Array(rowCount),
      earlierSinceMs: new Float64Array(rowCount),
      counted: new Uint32Array(rowCount * this.words),
      earlierCounted: new Uint32Array(rowCount * this.words),
      window: new Uint32Array(this.#hasWindows ? rowCount : 0),
    };
  }

  /** The rows in use as they are now, whatever is written meanwhile. One at a time: the one before is copied whole. */
  snapshot(): ColumnSnapshot {
    this.#snapshot?.keepAll();
    const capacity = this.columns.h0.length;
    const snapshot = new ColumnSnapshot(this.rowsOf(this.columns), { origin: 0, count: this.rowCount, capacity });
    this.#snapshot = snapshot;
    return snapshot;
  }

  /** As they lie in a checkpoint. */
  rowsOf(columns: UnitColumnsOfTable): Rows {
    const { h0, h1, cell, sinceMs, earlierCell, earlierSinceMs, counted, earlierCounted, window } = columns;
    return {
      columns: [h0, h1, cell, sinceMs, earlierCell, earlierSinceMs, counted, earlierCounted, window],
      widths: [1, 1, 1, 1, 1, 1, this.words, this.words, this.#hasWindows ? 1 : 0],
    };
  }

  /** Fills an empty table from saved columns of `rowCount` rows. */
  load(rowCount: number, saved: UnitColumnsOfTable): void {
    let capacity = this.columns.h0.length;
    while (capacity < rowCount) capacity = Math.min(capacity * 2, Math.max(this.rowsMax, rowCount));
    this.rowCount = rowCount;
    this.columns = saved;
    this.#grow(capacity);
  }

  #grow(capacity: number): void {
    const grown = this.allocate(capacity);
    const { columns } = this;
    grown.h0.set(columns.h0);
    grown.h1.set(columns.h1);
    grown.cell.set(columns.cell);
    grown.sinceMs.set(columns.sinceMs);
    grown.earlierCell.set(columns.earlierCell);
    grown.earlierSinceMs.set(columns.earlierSinceMs);
    grown.counted.set(columns.counted);
    grown.earlierCounted.set(columns.earlierCounted);
    grown.window.set(columns.window);
    this.columns = grown;
    this.#snapshot = null;
    this.#index = new Int32Array(indexSize(capacity));
    for (let row = 0; row < this.rowCount; row++) this.#place(row);
  }

  #place(row: number): void {
    const index = this.#index;
    const mask = index.length - 1;
    let slot = hashOfUnit(this.columns.h0[row] ?? 0, this.columns.h1[row] ?? 0, this.#tableSeed) & mask;
    while (index[slot] !== 0) slot = (slot + 1) & mask;
    index[slot] = row + 1;
  }
}

/**
 * Spreads units over slots. The two halves go through the avalanche one after the other, so that someone who may send
 * any (h0, h1) but does not know `tableSeed` cannot aim many of them at one slot.
 */
function hashOfUnit(h0: number, h1: number, tableSeed: number): number {
  return avalanche((avalanche((h0 ^ tableSeed) | 0) + h1) | 0);
}

/** The finaliser of XXH32: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md */
function avalanche(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 15), 0x85ebca77);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae3d);
  return mixed ^ (mixed >>> 16);
}

/** Slots are a power of two, at least `INDEX_SPREAD` and less than twice as many per row. */
function indexSize(capacity: number): number {
  return 2 ** Math.ceil(Math.log2(capacity * INDEX_SPREAD));
}

function bytesOfRow(words: number, windowBytes: number): number {
  const ofWindows = windowBytes > 0 ? windowBytes + 4 : 0;
  return 4 + 4 + 2 + 8 + 2 + 8 + 2 * 4 * words + 2 * INDEX_SPREAD * Int32Array.BYTES_PER_ELEMENT + ofWindows;
}
