import { ColumnSnapshot, type Rows } from './column-snapshot.ts';

/**
 * Windows that have not closed yet, in the order in which their exposures came: what each unit did in each up to now.
 *
 *     first ─────────── next        numbers of windows, from 1; window n is in slot n mod capacity
 *       │ cursor of the longest length: before it all is settled and forgotten
 *       └──── cursor of a shorter one: its guards are settled, others still count
 *
 * A window closes its length after the exposure was *received*, by the log's own clock, so windows close in the order of
 * the queue and need no timer. What of it counts is decided by when things happened.
 */
export interface WindowColumns {
  readonly row: Uint32Array;
  /** The unit's window before this one, which may have closed meanwhile; 0 when it had none. */
  readonly previous: Uint32Array;
  readonly cell: Uint16Array;
  /** 1 when the unit had not been in treatment before. */
  readonly newlyTreated: Uint8Array;
  readonly sinceMs: Float64Array;
  readonly receivedAtMs: Float64Array;
  /** `totalsPerWindow` numbers per window. */
  readonly totals: Float64Array;
}

export interface NewWindow {
  readonly row: number;
  readonly previous: number;
  readonly cell: number;
  readonly newlyTreated: boolean;
  readonly sinceMs: number;
  readonly receivedAtMs: number;
}

export interface WindowsOptions {
  /** Shortest first; none when no guard has a window. */
  readonly lengthsMs: readonly number[];
  readonly totalsPerWindow: number;
  readonly countMax: number;
}

/** Which windows are open: the first and next number, and the cursor of each length. */
export interface SavedWindows {
  readonly next: number;
  readonly cursors: readonly number[];
}

/** A unit without an open window. */
export const NO_WINDOW = 0;

const WINDOWS_AT_FIRST = 1_024;

export class OpenWindows {
  readonly lengthsMs: readonly number[];
  readonly #totalsPerWindow: number;
  readonly #countMax: number;
  readonly #cursors: number[];
  #next = 1;
  #columns: WindowColumns;
  #snapshot: ColumnSnapshot | null = null;

  constructor(options: WindowsOptions) {
    this.lengthsMs = options.lengthsMs;
    this.#totalsPerWindow = options.totalsPerWindow;
    this.#countMax = options.countMax;
    this.#cursors = options.lengthsMs.map(() => 1);
    this.#columns = allocateWindows(this.isUsed ? WINDOWS_AT_FIRST : 0, options.totalsPerWindow);
  }

  get isUsed(): boolean {
    return this.lengthsMs.length > 0;
  }

  get count(): number {
    return this.#next - this.#first;
  }

  get bytes(): number {
    const columns: readonly ArrayBufferView[] = Object.values(this.#columns);
    return columns.reduce((sum, column) => sum + column.byteLength, 0);
  }

  /** The number of the new window; `NO_WINDOW` when there is no room, and then nothing of this exposure settles. */
  open(window: NewWindow): number {
    if (this.count === this.#countMax) return NO_WINDOW;
    if (this.count === this.#columns.row.length) this.#grow();
    const number = this.#next++;
    const at = this.#slotOf(number);
    const columns = this.#columns;
    this.#snapshot?.beforeWrite(at);
    columns.row[at] = window.row;
    columns.previous[at] = window.previous;
    columns.cell[at] = window.cell;
    columns.newlyTreated[at] = window.newlyTreated ? 1 : 0;
    columns.sinceMs[at] = window.sinceMs;
    columns.receivedAtMs[at] = window.receivedAtMs;
    columns.totals.fill(0, at * this.#totalsPerWindow, (at + 1) * this.#totalsPerWindow);
    return number;
  }

  /** Whether any guard still waits for the window. */
  isOpen(number: number): boolean {
    return number >= this.#first;
  }

  /** Whether guards with windows of this length still wait for it. */
  isOpenFor(number: number, length: number): boolean {
    return number >= (this.#cursors[length] ?? 0);
  }

  sinceMsOf(number: number): number {
    return this.#columns.sinceMs[this.#slotOf(number)] ?? 0;
  }

  /** The exposure turned out to have been earlier. */
  setSinceMs(number: number, sinceMs: number): void {
    if (!this.isOpen(number)) return;
    const at = this.#slotOf(number);
    this.#snapshot?.beforeWrite(at);
    this.#columns.sinceMs[at] = sinceMs;
  }

  previousOf(number: number): number {
    return this.#columns.previous[this.#slotOf(number)] ?? NO_WINDOW;
  }

  add(number: number, slot: number, value: number): void {
    const at = this.#totalToWrite(number, slot);
    this.#columns.totals[at] = (this.#columns.totals[at] ?? 0) + value;
  }

  set(number: number, slot: number, value: number): void {
    this.#columns.totals[this.#totalToWrite(number, slot)] = value;
  }

  /** Closes what is due up to an instant, in order, and calls back for each window and length before it is forgotten. */
  closeUntil(atMs: number, settle: (length: number, window: ClosingWindow) => void): void {
    for (const [length, lengthMs] of this.lengthsMs.entries()) {
      let number = this.#cursors[length] ?? this.#next;
      for (; number < this.#next; number++) {
        const at = this.#slotOf(number);
        if ((this.#columns.receivedAtMs[at] ?? 0) + lengthMs > atMs) break;
        const { row, cell, newlyTreated, totals } = this.#columns;
        settle(length, {
          row: row[at] ?? 0,
          cell: cell[at] ?? 0,
          newlyTreated: newlyTreated[at] === 1,
          totals,
          totalsAt: at * this.#totalsPerWindow,
        });
      }
      this.#cursors[length] = number;
    }
  }

  save(): SavedWindows {
    return { next: this.#next, cursors: [...this.#cursors] };
  }

  /** The open windows in order as they are now, whatever is written meanwhile. One at a time, as of `UnitTable`. */
  snapshot(): ColumnSnapshot {
    this.#snapshot?.keepAll();
    const ring = { origin: this.#slotOf(this.#first), count: this.count, capacity: this.#columns.row.length };
    const snapshot = new ColumnSnapshot(this.rowsOf(this.#columns), ring);
    this.#snapshot = snapshot;
    return snapshot;
  }

  /** As they lie in a checkpoint. */
  rowsOf({ row, previous, cell, newlyTreated, sinceMs, receivedAtMs, totals }: WindowColumns): Rows {
    return {
      columns: [row, previous, cell, newlyTreated, sinceMs, receivedAtMs, totals],
      widths: [1, 1, 1, 1, 1, 1, this.#totalsPerWindow],
    };
  }

  /** How many windows were open when that was saved. */
  countOf({ next, cursors }: SavedWindows): number {
    return next - (cursors.at(-1) ?? next);
  }

  load(saved: SavedWindows, columns: WindowColumns): void {
    this.#next = saved.next;
    for (const [length, cursor] of saved.cursors.entries()) this.#cursors[length] = cursor;
    let capacity = this.#columns.row.length;
    while (capacity < this.count) capacity *= 2;
    const first = this.#first;
    this.#columns = copyWindows(columns, {
      count: this.count,
      capacity,
      width: this.#totalsPerWindow,
      from: (index) => index,
      to: (index) => (first + index) % capacity,
    });
  }

  /** The cursor of the longest length: windows came in order, so no other lags behind it. */
  get #first(): number {
    return this.#cursors.at(-1) ?? this.#next;
  }

  #slotOf(number: number): number {
    // Capacities are powers of two.
    return number & (this.#columns.row.length - 1);
  }

  /** Where a total of a window is. */
  #totalToWrite(number: number, slot: number): number {
    const at = this.#slotOf(number);
    this.#snapshot?.beforeWrite(at);
    return at * this.#totalsPerWindow + slot;
  }

  #grow(): void {
    this.#snapshot = null;
    const capacity = this.#columns.row.length * 2;
    const first = this.#first;
    this.#columns = this.#copyTo(capacity, (index) => (first + index) % capacity);
  }

  #copyTo(capacity: number, to: (index: number) => number): WindowColumns {
    const first = this.#first;
    const from = (index: number) => this.#slotOf(first + index);
    return copyWindows(this.#columns, { count: this.count, capacity, width: this.#totalsPerWindow, from, to });
  }
}

/** One window at its close; `totals` from `totalsAt` on are its own. */
export interface ClosingWindow {
  readonly row: number;
  readonly cell: number;
  readonly newlyTreated: boolean;
  readonly totals: Float64Array;
  readonly totalsAt: number;
}

export function allocateWindows(count: number, totalsPerWindow: number): WindowColumns {
  return {
    row: new Uint32Array(count),
    previous: new Uint32Array(count),
    cell: new Uint16Array(count),
    newlyTreated: new Uint8Array(count),
    sinceMs: new Float64Array(count),
    receivedAtMs: new Float64Array(count),
    totals: new Float64Array(count * totalsPerWindow),
  };
}

/** Memory of one window. */
export function bytesOfWindow(totalsPerWindow: number): number {
  return 4 + 4 + 2 + 1 + 8 + 8 + 8 * totalsPerWindow;
}

interface Copy {
  readonly count: number;
  readonly capacity: number;
  readonly width: number;
  readonly from: (index: number) => number;
  readonly to: (index: number) => number;
}

function copyWindows(source: WindowColumns, { count, capacity, width, from, to }: Copy): WindowColumns {
  const copy = allocateWindows(capacity, width);
  for (let index = 0; index < count; index++) {
    const [at, there] = [from(index), to(index)];
    copy.row[there] = source.row[at] ?? 0;
    copy.previous[there] = source.previous[at] ?? 0;
    copy.cell[there] = source.cell[at] ?? 0;
    copy.newlyTreated[there] = source.newlyTreated[at] ?? 0;
    copy.sinceMs[there] = source.sinceMs[at] ?? 0;
    copy.receivedAtMs[there] = source.receivedAtMs[at] ?? 0;
    for (let slot = 0; slot < width; slot++) {
      copy.totals[there * width + slot] = source.totals[at * width + slot] ?? 0;
    }
  }
  return copy;
}
