import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { BenchTable } from '../table.ts';
import { contestantNamed, contestantNames } from './contestants/index.ts';
import { oneOfEach } from './flag-spec.ts';
import { questions } from './questions.ts';

const CALLS = 2_000;
const CALLS_PER_LOOK = 100;
const ROUNDS = 5;
const WARMUP_CALLS = 20_000;
/** A slow contestant is warm earlier than it is bored. */
const WARMUP_MS_MAX = 100;
const ROUND_MS_MAX = 50;

/** Bytes that one answer leaves to the garbage collector, for every contestant and question. */
export async function garbageTable(): Promise<BenchTable> {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const rows: Record<string, string | number>[] = [];
  for (const name of contestantNames) {
    const { write, load } = await contestantNamed(name);
    const client = await load(write(oneOfEach), oneOfEach);
    const row: Record<string, string | number> = { contestant: name };
    for (const { name: question, flagKey, kind, people, needs } of questions) {
      const ask = client.asking(flagKey, kind, people);
      row[question] =
        needs !== undefined && client.lacks === needs ? '–' : await bytesPerCall(ask, people.length, collect);
    }
    rows.push(row);
    await client.close?.();
  }
  return {
    title: 'Evaluation: bytes of garbage in one answer',
    method: `How much the heap grows by up to ${CALLS.toLocaleString('en')} answers without a collection, each; the least of ${ROUNDS} rounds, once the code is warm.`,
    rows,
  };
}

async function bytesPerCall(ask: (index: number) => unknown, peopleCount: number, collect: () => void) {
  let index = 0;
  const callMany = async (count: number, lastingMs: number): Promise<number> => {
    const endsAtMs = performance.now() + lastingMs;
    let calls = 0;
    while (calls < count && performance.now() < endsAtMs) {
      // The clock is read once for many calls: it leaves garbage of its own.
      for (let turn = 0; turn < CALLS_PER_LOOK; turn++) {
        const answer = ask(index);
        if (answer instanceof Promise) await answer;
        index = (index + 1) % peopleCount;
      }
      calls += CALLS_PER_LOOK;
    }
    return calls;
  };
  await callMany(WARMUP_CALLS, WARMUP_MS_MAX);
  const samples: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    collect();
    const before = process.memoryUsage().heapUsed;
    const calls = await callMany(CALLS, ROUND_MS_MAX);
    samples.push((process.memoryUsage().heapUsed - before) / calls);
  }
  return Math.round(Math.max(0, Math.min(...samples)));
}
