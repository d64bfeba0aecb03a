import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Measurements, measureErrorCells, measureHarmless, measureTargets, ratioOf } from './measure.ts';
import { cellsTable, falseKillsTable, targetsTable } from './tables.ts';

/**
 * `pnpm simulate:statistics [--runs 300] [--seed 1] [--write]`: how often the engine kills the innocent, and how soon
 * the guilty, over a few hundred runs of every situation. With `--write` the tables go into `docs/statistics.md`.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
  },
});

const of: Measurements = {
  runs: wholeNumber('runs', values.runs),
  firstSeed: wholeNumber('seed', values.seed),
  onStudy: (study, report) =>
    console.error(
      `${study.name}: ${report.stopped} of ${report.runs} stopped${report.ratio === null ? '' : `, ${report.ratio.mean.toFixed(2)} × bound`}`,
    ),
};
const harmless = measureHarmless(of);
const cells = measureErrorCells(of);
const targets = measureTargets(of, cells);
const text = [
  `${of.runs} runs of each situation, ${2 * of.runs} of harmless ones, seeds from ${of.firstSeed}; a tick is 10 s. ± is one standard error.`,
  targetsTable(targets),
  falseKillsTable(harmless),
  cellsTable(cells.toSorted((one, other) => ratioOf(one) - ratioOf(other))),
].join('\n\n');
console.log(text);
if (values.write) writeTables(text);

function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  console.error(`--${option}: expected a whole number above 0, got ${text}.`);
  process.exit(2);
}

function writeTables(tables: string): void {
  const page = new URL('../../../docs/statistics.md', import.meta.url);
  const before = readFileSync(page, 'utf8');
  const marks = /(<!-- table:statistics -->)[\s\S]*?(<!-- \/table -->)/;
  if (!marks.test(before)) throw new Error(`${page.pathname} has no place marked for the tables.`);
  writeFileSync(
    page,
    before.replace(marks, (_, open, close) => `${open}\n\n${tables}\n\n${close}`),
  );
}
