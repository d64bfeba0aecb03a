import type { BenchTable } from '../table.ts';
import type { LoadedClient } from './contestant.ts';
import { contestantNamed, contestantNames, FLOOR, OURS, peerNames, titleOf } from './contestants/index.ts';
import { anyone, oneOfEach, thousand } from './flag-spec.ts';
import { type Call, measureCalls } from './measure-calls.ts';
import { type Question, questions } from './questions.ts';
import { readableNs } from './readable.ts';

interface Loaded {
  readonly who: string;
  readonly each: LoadedClient;
  readonly many: LoadedClient;
}

type Column = readonly [question: string, ns: ReadonlyMap<string, number>];

/** Nanoseconds of one answer, for every contestant and question. */
export async function callsTable(): Promise<BenchTable> {
  const loaded: Loaded[] = [];
  for (const who of contestantNames) {
    const { write, load } = await contestantNamed(who);
    const each = await load(write(oneOfEach), oneOfEach);
    loaded.push({ who, each, many: await load(write(thousand), thousand) });
  }
  const columns: Column[] = [];
  for (const question of questions) {
    columns.push([question.name, await measureCalls(await callsFor(question, loaded))]);
  }
  const forAll = loaded.map(({ who, many }) => ({ who, ask: many.askingAll(anyone) }));
  columns.push([`all of ${thousand.flags.length.toLocaleString('en')}`, await measureCalls(forAll)]);
  for (const { each, many } of loaded) await Promise.all([each.close?.(), many.close?.()]);
  return {
    title: 'Evaluation: one flag, beside the SDKs of others',
    method:
      'One process, one run: slices of 20 ms handed out in turn, forwards and backwards, 11 rounds after 3 to warm up, ' +
      'medians; × is against the floor, the same decisions written by hand as code. 1,024 prebuilt contexts in turn, each ' +
      'another unit, in each SDK’s own form; offline, reporting nothing (`@tidegate/sdk-node` counts what it serves, as ' +
      'it always does). An SDK whose answers are not distributed as the flag says would not be measured. The last line is ' +
      'how many times faster than the fastest peer the evaluation is.',
    rows: [...contestantNames.map((who) => rowOf(who, columns)), leadRow(columns)],
  };
}

async function callsFor(
  { name, flagKey, kind, people, isRight, needs }: Question,
  loaded: readonly Loaded[],
): Promise<Call[]> {
  const calls: Call[] = [];
  for (const { who, each } of loaded) {
    if (needs !== undefined && each.lacks === needs) continue;
    const ask = each.asking(flagKey, kind, people);
    const answers = await Promise.all(people.map((_, index) => ask(index)));
    if (!isRight(answers)) throw new Error(`${who} answers "${name}" wrongly: ${[...new Set(answers)].join(', ')}`);
    calls.push({ who, ask });
  }
  return calls;
}

function rowOf(who: string, columns: readonly Column[]): Record<string, string> {
  const cells = columns.map(([question, ns]) => {
    const own = ns.get(who);
    const times = (own ?? Number.NaN) / (ns.get(FLOOR) ?? Number.NaN);
    return [question, own === undefined ? '–' : `${readableNs(own)} (${times.toFixed(1)}×)`] as const;
  });
  return { contestant: titleOf(who), ...Object.fromEntries(cells) };
}

function leadRow(columns: readonly Column[]): Record<string, string> {
  const cells = columns.map(([question, ns]) => {
    const best = Math.min(...peerNames.map((name) => ns.get(name) ?? Number.POSITIVE_INFINITY));
    return [question, `${(best / (ns.get(OURS) ?? Number.NaN)).toFixed(1)}×`] as const;
  });
  return { contestant: 'fastest peer ÷ @tidegate/evaluation', ...Object.fromEntries(cells) };
}
