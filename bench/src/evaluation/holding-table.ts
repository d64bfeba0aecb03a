import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type BenchTable, median } from '../table.ts';
import { contestantNames } from './contestants/index.ts';

const FLAGS = 10_000;
/** Of each contestant, in turn with the others: the machine is shared, and one start may fall into a bad second. */
const STARTS = 3;

interface Held {
  readonly textBytes: number;
  readonly loadMs: number;
  readonly askMs: number;
  readonly loadedBytes: number;
  readonly askedBytes: number;
}

/** What it costs to start with many flags and to hold them. */
export async function holdingTable(): Promise<BenchTable> {
  const held = new Map<string, Held[]>(contestantNames.map((name) => [name, []]));
  for (let start = 0; start < STARTS; start++) {
    for (const [name, starts] of held) starts.push(await hold(name));
  }
  const rows = [...held].map(([name, starts]) => {
    const typical = (what: keyof Held) => median(starts.map((start) => start[what]));
    const perFlag = (what: keyof Held) => Math.round(typical(what) / FLAGS);
    return {
      contestant: name,
      'text, bytes a flag': perFlag('textBytes'),
      'text → ready, ms': Math.round(typical('loadMs')),
      'each asked once, ms': Math.round(typical('askMs')),
      'heap, bytes a flag': perFlag('loadedBytes'),
      'once all were asked': perFlag('askedBytes'),
    };
  });
  return {
    title: `Evaluation: starting with ${FLAGS.toLocaleString('en')} flags of five rules, and holding them`,
    method:
      'Each flag has a list of ten unit keys of its own. A process for each contestant; heap and array buffers after ' +
      'collection, beside the same process with six flags. Medians of three starts, interleaved.',
    rows,
  };
}

async function hold(name: string): Promise<Held> {
  const child = fork(fileURLToPath(new URL('./holding-process.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx', '--conditions=@tidegate/source', '--max-old-space-size=2048'],
    env: { ...process.env, NAME: name, FLAGS: String(FLAGS) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [message] = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => [undefined])]);
  if (message === undefined) throw new Error(`the process of ${name} ended without an answer`);
  await (child.exitCode === null && once(child, 'exit'));
  // What holding-process sends.
  return message as Held;
}
