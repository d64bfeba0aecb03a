import type { CounterColumns } from '@tidegate/protocol/types';
import { MISSING_FLAG } from '../wire/protocol-values.ts';
import { indexIn } from './index-in.ts';
import { COUNTER_ROW_BYTES, isName, nameBytes } from './limits.ts';

/**
 * How often each variation of each flag was served. Counts merge, so that a server that is away for a day costs no
 * more memory than one that is away for a second.
 */
export interface EvaluationCounters {
  isEmpty(): boolean;
  /** False for what is not counted. */
  count(flagKey: string, variation: string): boolean;
  /** Takes out what one batch may carry; the rest stays for the next. */
  take(bytesMax: number): CounterColumns;
}

/**
 * Beyond that many flags between two batches, no more keys of flags that are not there are counted. A program misspells
 * a few; more are not of its own making.
 */
const MISSING_FLAGS_MAX = 1_000;

export function createEvaluationCounters(): EvaluationCounters {
  const counts = new Map<string, Map<string, number>>();
  return {
    isEmpty: () => counts.size === 0,
    count(flagKey, variation) {
      let cells = counts.get(flagKey);
      if (cells === undefined) {
        // What no flag has as its key, callers may have made up, without end and of any length.
        if (variation === MISSING_FLAG && (counts.size >= MISSING_FLAGS_MAX || !isName(flagKey))) return false;
        cells = new Map();
        counts.set(flagKey, cells);
      }
      cells.set(variation, (cells.get(variation) ?? 0) + 1);
      return true;
    },
    take(bytesMax) {
      const flags = new Map<string, number>();
      const variations = new Map<string, number>();
      const columns = { flag: [] as number[], variation: [] as number[], count: [] as number[] };
      let bytesLeft = bytesMax;
      for (const [flagKey, cells] of counts) {
        for (const [variation, count] of cells) {
          bytesLeft -= COUNTER_ROW_BYTES + nameBytes(flagKey) + nameBytes(variation);
          if (bytesLeft < 0) break;
          columns.flag.push(indexIn(flags, flagKey));
          columns.variation.push(indexIn(variations, variation));
          columns.count.push(count);
          cells.delete(variation);
        }
        if (cells.size === 0) counts.delete(flagKey);
      }
      return { flags: [...flags.keys()], variations: [...variations.keys()], ...columns };
    },
  };
}
