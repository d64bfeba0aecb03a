import type { CounterColumns } from '@tidegate/protocol/types';
import { Dictionary } from './dictionary.ts';
import { BATCH_ROWS_MAX, COUNTER_ROW_BYTES, isName, nameBytes } from './limits.ts';

/**
 * How often each variation of each flag was served. Counts merge, so that a server that is away for a day costs no
 * more memory than one that is away for a second.
 */
export class EvaluationCounters {
  readonly #cells = new Map<string, Map<string, Cell>>();
  #cellCount = 0;
  readonly #onFirst: () => void;
  #hasCounts = false;

  /** `onFirst` is called when the first evaluation since the last batch is counted. */
  constructor(onFirst: () => void) {
    this.#onFirst = onFirst;
  }

  get hasCounts(): boolean {
    return this.#hasCounts;
  }

  count(flagKey: string, variation: string): void {
    const cell = this.#cells.get(flagKey)?.get(variation) ?? this.#makeCell(flagKey, variation);
    cell.count += 1;
    if (this.#hasCounts) return;
    this.#hasCounts = true;
    this.#onFirst();
  }

  /** Takes out what one batch may carry; the rest stays for the next. */
  take(bytesMax: number): CounterColumns {
    const batch = new CounterBatch();
    let left = false;
    for (const [flagKey, cells] of this.#cells) {
      for (const [variation, cell] of cells) {
        if (cell.count === 0) continue;
        if (batch.hasRoomFor(flagKey, variation, bytesMax)) {
          batch.add(flagKey, variation, cell.count);
          cell.count = 0;
        } else left = true;
      }
    }
    this.#hasCounts = left;
    // Flags come and go while a process lives for months.
    if (!left && this.#cellCount > CELLS_MAX) {
      this.#cells.clear();
      this.#cellCount = 0;
    }
    return batch.columns();
  }

  #makeCell(flagKey: string, variation: string): Cell {
    // The server refuses a batch with a longer name, and could not have made such a flag either.
    if (!isName(flagKey) || !isName(variation)) return { count: 0 };
    let cells = this.#cells.get(flagKey);
    if (cells === undefined) {
      cells = new Map();
      this.#cells.set(flagKey, cells);
    }
    const cell = { count: 0 };
    cells.set(variation, cell);
    this.#cellCount += 1;
    return cell;
  }
}

interface Cell {
  count: number;
}

/** Twice what one batch carries. */
const CELLS_MAX = 2 * BATCH_ROWS_MAX;

class CounterBatch {
  readonly #flags = new Dictionary();
  readonly #variations = new Dictionary();
  readonly #rows = { flag: [] as number[], variation: [] as number[], count: [] as number[] };

  hasRoomFor(flagKey: string, variation: string, bytesMax: number): boolean {
    const rowCount = this.#rows.count.length;
    const bytes = this.#flags.bytes + this.#variations.bytes + (rowCount + 1) * COUNTER_ROW_BYTES;
    return rowCount < BATCH_ROWS_MAX && bytes + nameBytes(flagKey) + nameBytes(variation) <= bytesMax;
  }

  add(flagKey: string, variation: string, count: number): void {
    this.#rows.flag.push(this.#flags.index(flagKey));
    this.#rows.variation.push(this.#variations.index(variation));
    this.#rows.count.push(count);
  }

  columns(): CounterColumns {
    return { flags: this.#flags.names, variations: this.#variations.names, ...this.#rows };
  }
}
