import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Contestant } from './contestant.ts';
import { contestantNamed } from './contestants/index.ts';
import { anyone, heavy, oneOfEach } from './flag-spec.ts';

/**
 * The process of one contestant, NAME, that holds FLAGS flags and nothing else: from the text to a client that answers,
 * and what of it stays. A process of its own, because one heap cannot tell whose an object is.
 */
const { NAME = '', FLAGS = '0' } = process.env;
const contestant = await contestantNamed(NAME);

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');
/** What a client does in the background, and what promises hold, ends first. */
async function heapBytes(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    collect();
    await sleep(30);
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

// Modules that are loaded at the first use are no cost of a flag.
const small = await contestant.load(contestant.write(oneOfEach), oneOfEach);
await small.asking('half', 'boolean', anyone)(0);
await small.asking('rules', 'string', anyone)(0);

let { text, named } = writeHeavy(contestant);
const textBytes = text.length;
// The text is let go as soon as it is loaded, and is no cost of holding flags: one byte a character, all ASCII.
const before = (await heapBytes()) - textBytes;
const startedAtMs = performance.now();
const client = await contestant.load(text, named);
const loadMs = performance.now() - startedAtMs;
text = '';
const loaded = await heapBytes();
const askingStartedAtMs = performance.now();
for (const { key } of named.flags) await client.asking(key, 'string', anyone.slice(0, 1))(0);
const askMs = performance.now() - askingStartedAtMs;
const asked = await heapBytes();
/** What was written from is not held. */
function writeHeavy({ write }: Contestant) {
  const spec = heavy(Number(FLAGS));
  return { text: write(spec), named: { flags: spec.flags.map(({ key, kind }) => ({ key, kind })) } };
}

process.send?.({ textBytes, loadMs, askMs, loadedBytes: loaded - before, askedBytes: asked - before });
// The client is alive until here: what nothing refers to would not have been counted.
await client.close?.();
process.exit(0);
