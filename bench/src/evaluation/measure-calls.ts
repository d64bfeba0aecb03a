import { median } from '../table.ts';

/** One contestant's way to answer one question, index by index. */
export interface Call {
  readonly who: string;
  readonly ask: (index: number) => unknown;
}

const ROUNDS = 11;
const WARMUP_ROUNDS = 3;
const SLICE_MS = 20;
const PEOPLE_MASK = 1_023;

/**
 * Nanoseconds of one call, for every caller: slices of time are handed out in turn, forwards and then backwards, so that
 * a machine that slows down slows all alike; the median of a caller's slices.
 */
export async function measureCalls(calls: readonly Call[]): Promise<ReadonlyMap<string, number>> {
  const runners = calls.map((call) => ({
    who: call.who,
    runMany: runnerOf(call),
    count: 1,
    samplesNs: [] as number[],
  }));
  for (let round = 0; round < WARMUP_ROUNDS + ROUNDS; round++) {
    for (const runner of round % 2 === 0 ? runners : runners.toReversed()) {
      const { ns, fittingCount } = await timeSlice(runner.runMany, runner.count);
      runner.count = fittingCount;
      if (round >= WARMUP_ROUNDS) runner.samplesNs.push(ns);
    }
  }
  return new Map(runners.map(({ who, samplesNs }) => [who, median(samplesNs)]));
}

type RunMany = (from: number, count: number) => unknown;

/** A loop for each caller alone: one loop for all of them would be slowed by the company it keeps. */
function runnerOf({ ask }: Call): RunMany {
  const isAsync = ask(0) instanceof Promise;
  const body = `return ${isAsync ? 'async ' : ''}(from, count) => {
    let last;
    for (let i = from; i < from + count; i++) last = ${isAsync ? 'await ' : ''}ask(i & ${PEOPLE_MASK});
    return last;
  }`;
  return new Function('ask', body)(ask);
}

let from = 0;

async function timeSlice(runMany: RunMany, firstCount: number): Promise<Slice> {
  for (let count = firstCount; ; ) {
    const start = process.hrtime.bigint();
    const last = runMany(from, count);
    if (last instanceof Promise) await last;
    const tookNs = Number(process.hrtime.bigint() - start);
    from = (from + count) & PEOPLE_MASK;
    const fittingCount = Math.ceil((count * SLICE_MS * 1e6) / tookNs);
    if (tookNs >= SLICE_MS * 0.5e6) return { ns: tookNs / count, fittingCount };
    count = Math.min(count * 8, fittingCount);
  }
}

interface Slice {
  readonly ns: number;
  /** How many calls would fill a slice. */
  readonly fittingCount: number;
}
