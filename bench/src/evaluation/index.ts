import type { BenchTable } from '../table.ts';
import { callsTable } from './calls-table.ts';
import { garbageTable } from './garbage-table.ts';
import { holdingTable } from './holding-table.ts';
import { longListsTable } from './long-lists-table.ts';

/** Evaluation, beside the peers' SDKs in the same run: time, garbage, long lists, memory and start. */
export async function evaluationBench(): Promise<readonly BenchTable[]> {
  return [await callsTable(), await garbageTable(), await longListsTable(), await holdingTable()];
}
