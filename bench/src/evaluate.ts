import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Context, compile, evaluate, evaluateAll, positionPpm, seedOf, xxh32Utf8 } from '@tidegate/evaluation';
import { Bench } from 'tinybench';
import { betaPeople, halfInSegment, heavyText, MANY_FLAGS, mixed, people, scenarios } from './evaluate.scenarios.ts';
import { type BenchTable, median } from './table.ts';

const ROUNDS = 9;
const ROUND_MS = 60;

/** Nanoseconds of one evaluation, and what a thousand flags cost to load and to hold. */
export async function evaluateBench(): Promise<BenchTable> {
  const heapRows = [
    heapRow('floor: heap of a flag of five rules and ten ids, as parsed JSON', () => JSON.parse(heavyText)),
    heapRow('heap of such a flag, compiled', () => compile(JSON.parse(heavyText))),
    heapRow('heap of such a flag, once it was asked', () => {
      const rules = compile(JSON.parse(heavyText));
      evaluateAll(rules, people[0] ?? {});
      return rules;
    }),
  ];
  const tasks = [...oneFlagTasks(), allFlagsTask(), ...startTasks()];
  const medians = await measure(tasks);
  return {
    title: 'Evaluation: one flag, all flags, and loading them',
    method:
      `${people.length} prebuilt contexts in turn, each another unit, so that nothing is remembered from the last ` +
      `call. ${ROUNDS} interleaved rounds of ${ROUND_MS} ms each; the median of their medians. A floor is the same ` +
      'work by hand, the least that it can cost.',
    rows: [
      ...tasks.map(({ name }, index) => ({ what: name, median: readable(medians[index] ?? Number.NaN) })),
      ...heapRows,
    ],
  };
}

interface Task {
  readonly name: string;
  /** How many answers one run gives. */
  readonly answerCount: number;
  readonly run: () => unknown;
}

function oneFlagTasks(): Task[] {
  const rules = compile(scenarios);
  const ask = (name: string, flagKey: string, contexts: readonly Context[]) =>
    forEach(name, contexts, (context) => evaluate(rules, flagKey, context));
  const byHand = new Map(scenarios.flags.map((flag) => [flag.key, () => flag]));
  const seed = seedOf('split');
  return [
    forEach('floor: a Map and a call', people, () => byHand.get('off')?.()),
    ask('off flag', 'off', people),
    forEach('floor: two hashes', people, ({ targetingKey = '' }) =>
      positionPpm(xxh32Utf8(String(targetingKey), 0), seed),
    ),
    ask('50 % split', 'split', people),
    ask('25 % rollout, with its exposure tag', 'rollout', people),
    ask('five attribute rules, the last matches, 3-way split', 'five-rules', betaPeople),
    ask('segment of 10,000 keys, half are members', 'segment', halfInSegment),
    ask('flag with a prerequisite', 'prerequisite', people),
  ];
}

function allFlagsTask(): Task {
  const rules = compile(mixed);
  let turn = 0;
  const run = () => evaluateAll(rules, people[turn++ % people.length] ?? {});
  return { name: `all of ${MANY_FLAGS} flags, as a Map`, answerCount: 1, run };
}

function startTasks(): Task[] {
  const what = `${MANY_FLAGS} flags of five rules`;
  return [
    { name: `floor: JSON.parse of ${what}`, answerCount: 1, run: () => JSON.parse(heavyText) },
    { name: `parse and compile ${what}`, answerCount: 1, run: () => compile(JSON.parse(heavyText)) },
    {
      name: `parse, compile and ask once ${what}`,
      answerCount: 1,
      run: () => evaluateAll(compile(JSON.parse(heavyText)), people[0] ?? {}),
    },
  ];
}

/** One run asks for every context, so that the harness's own cost is spread over all of them. */
function forEach(name: string, contexts: readonly Context[], answer: (context: Context) => unknown): Task {
  const run = () => {
    let last: unknown;
    for (const context of contexts) last = answer(context);
    return last;
  };
  return { name, answerCount: contexts.length, run };
}

async function measure(tasks: readonly Task[]): Promise<number[]> {
  const roundsNs: number[][] = tasks.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    const bench = new Bench({ time: ROUND_MS, iterations: 1, warmupTime: ROUND_MS / 4, warmupIterations: 1 });
    for (const { name, run } of tasks) bench.add(name, run);
    await bench.run();
    for (const [index, { answerCount, name }] of tasks.entries()) {
      const result = bench.tasks[index]?.result;
      if (result?.state !== 'completed') throw new Error(`the benchmark "${name}" did not complete`);
      roundsNs[index]?.push((result.latency.p50 * 1e6) / answerCount);
    }
  }
  return roundsNs.map(median);
}

/** Kilobytes that a thousand flags keep alive, each. */
function heapRow(what: string, load: () => unknown) {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  // Once before, so that code and feedback that stay are not counted.
  load();
  collect();
  const before = process.memoryUsage().heapUsed;
  const kept = load();
  collect();
  const bytes = (process.memoryUsage().heapUsed - before) / MANY_FLAGS;
  if (kept === undefined) throw new Error('what is measured must be alive');
  return { what, median: `${(bytes / 1e3).toFixed(2)} KB` };
}

function readable(ns: number): string {
  if (ns < 1e3) return `${ns.toFixed(1)} ns`;
  return ns < 1e6 ? `${(ns / 1e3).toFixed(1)} µs` : `${(ns / 1e6).toFixed(2)} ms`;
}
