import { readFile, writeFile } from 'node:fs/promises';
import { arch, cpus, platform } from 'node:os';
import { fileURLToPath } from 'node:url';
import { analysisBench } from './analysis.ts';
import { dashboardBench } from './dashboard.ts';
import { decideBench } from './decide.ts';
import { engineBench } from './engine.ts';
import { evaluationBench } from './evaluation/index.ts';
import { fanOutBench } from './fan-out.ts';
import { ingestBench } from './ingest.ts';
import { type BenchTable, markdownOf } from './table.ts';

/**
 * `pnpm bench [name …]`: runs the benchmarks named, or all, prints their tables, and with `--write` puts them where
 * the last ones stand, in README.md.
 */
const benches: Readonly<Record<string, () => Promise<BenchTable | readonly BenchTable[]>>> = {
  evaluation: evaluationBench,
  analysis: analysisBench,
  engine: engineBench,
  ingest: ingestBench,
  'fan-out': fanOutBench,
  decide: decideBench,
  dashboard: dashboardBench,
};

const readme = fileURLToPath(new URL('../README.md', import.meta.url));
const [names, flags] = [
  process.argv.slice(2).filter((arg) => !arg.startsWith('--')),
  process.argv.slice(2).filter((arg) => arg.startsWith('--')),
];
const unknown = names.find((name) => !Object.hasOwn(benches, name));
if (unknown !== undefined) {
  console.error(`There is no benchmark ${unknown}; there are ${Object.keys(benches).join(', ')}.`);
  process.exit(2);
}

let text = await readFile(readme, 'utf8');
for (const name of names.length > 0 ? names : Object.keys(benches)) {
  const tables = [(await benches[name]?.()) ?? []].flat();
  const table = tables.map(markdownOf).join('\n');
  console.log(`${table}\n`);
  text = replaceSection(text, name, `${table}\nMeasured on ${machine()}.\n`);
}
if (flags.includes('--write')) await writeFile(readme, text);

function machine(): string {
  const [cpu] = cpus();
  const day = new Date().toISOString().slice(0, 10);
  return `${day}, ${platform()} ${arch()}, ${cpus().length} × ${cpu?.model ?? 'unknown CPU'}, Node ${process.version}`;
}

function replaceSection(text: string, name: string, section: string): string {
  const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to === -1) return `${text}\n${begin}\n\n${section}\n${end}\n`;
  return `${text.slice(0, from + begin.length)}\n\n${section}\n${text.slice(to)}`;
}
