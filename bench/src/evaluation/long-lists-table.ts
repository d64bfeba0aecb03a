import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { compile, evaluate } from '@tidegate/evaluation';
import { buildFlag, buildSegment } from '@tidegate/testkit';
import type { BenchTable } from '../table.ts';
import { unitKeys } from './flag-spec.ts';
import { measureCalls } from './measure-calls.ts';
import { readableNs } from './readable.ts';

const MEMBER_COUNTS = [10_000, 100_000, 1_000_000, 3_000_000];

/** Segments that list their members: what a look-up, the index and its building cost. */
export async function longListsTable(): Promise<BenchTable> {
  const rows: Record<string, string>[] = [];
  for (const count of MEMBER_COUNTS) rows.push(await rowOf(count));
  return {
    title: 'Evaluation: segments by list',
    method:
      'One evaluation of a flag whose rule asks the segment, 1,024 units in turn, every other one a member; the floor is a ' +
      'Set of the same list. The list itself is not counted: it came with the JSON. The index is built when the first ' +
      'flag asks, in one go.',
    rows,
  };
}

async function rowOf(count: number): Promise<Record<string, string>> {
  // Through JSON, as lists come.
  const keys = JSON.parse(JSON.stringify(unitKeys(count)));
  const strangers = unitKeys(1_024);
  const asked = JSON.parse(
    JSON.stringify(strangers.map((key, index) => (index % 2 === 0 ? key : keys[(index * 7_919) % count]))),
  );
  const contexts = asked.map((targetingKey: string) => ({ targetingKey }));
  const indexed = measured(() => {
    const rules = compile({
      revision: 1,
      flags: [
        buildFlag({
          rules: [{ id: 'r', condition: { segment: 'long' }, serve: { kind: 'variation', variation: 'off' } }],
        }),
      ],
      segments: [buildSegment({ key: 'long', included: keys })],
    });
    evaluate(rules, 'new-checkout', {});
    return rules;
  });
  const set = measured(() => new Set<string>(keys));
  const ns = await measureCalls([
    { who: 'index', ask: (index) => evaluate(indexed.made, 'new-checkout', contexts[index]).value },
    { who: 'set', ask: (index) => set.made.has(asked[index]) },
  ]);
  return {
    members: count.toLocaleString('en'),
    'an evaluation': readableNs(ns.get('index') ?? Number.NaN),
    'floor: Set.has': readableNs(ns.get('set') ?? Number.NaN),
    'index, MB': (indexed.bytes / 1e6).toFixed(1),
    'a Set, MB': (set.bytes / 1e6).toFixed(1),
    'building, ms': indexed.ms.toFixed(0),
    'a Set, ms': set.ms.toFixed(0),
  };
}

/** What is made, how long that took, and what it holds beyond what was there. */
function measured<T>(make: () => T): { readonly made: T; readonly ms: number; readonly bytes: number } {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
  const before = heldBytes();
  const startedAtMs = performance.now();
  const made = make();
  const ms = performance.now() - startedAtMs;
  collect();
  return { made, ms, bytes: heldBytes() - before };
}

function heldBytes(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
