import { readdirSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { CaseOutcome, Suite } from './case-outcome.ts';
import { SUITES } from './suites.ts';

/** `conformance SUITE [FILE…]`: runs the files, or all of the suite's own, and ends with `N passed, N failed`. */
const [name = '', ...paths] = process.argv.slice(2);
const suite = SUITES[name];
if (suite === undefined) {
  process.stderr.write(`usage: conformance ${Object.keys(SUITES).join('|')} [FILE…]\n`);
  process.exit(2);
}

const folder = join(import.meta.dirname, '..', name);
const own = () =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => join(folder, file));
// pnpm runs scripts in the package's folder and says in INIT_CWD where it was called.
const given = paths.map((path) => (isAbsolute(path) ? path : join(process.env['INIT_CWD'] ?? process.cwd(), path)));

let passedCount = 0;
let failedCount = 0;
for (const path of given.length === 0 ? own() : given) {
  for (const { name: caseName, flaw, skipped } of runFile(suite, path)) {
    if (skipped !== undefined) process.stdout.write(`${path}: ${caseName}: skipped, ${skipped}\n`);
    else if (flaw === undefined) passedCount += 1;
    else {
      failedCount += 1;
      process.stdout.write(`${path}: ${caseName}: ${flaw}\n`);
    }
  }
}
process.stdout.write(`${passedCount} passed, ${failedCount} failed\n`);
process.exitCode = failedCount === 0 ? 0 : 1;

/** A file that cannot be read, or is no JSON, is one failed case. */
function runFile(suite: Suite, path: string): readonly CaseOutcome[] {
  try {
    return suite(parse(readFileSync(path, 'utf8')));
  } catch (error) {
    return [{ name: 'the file', flaw: String(error) }];
  }
}

/** JSON, in which Python also writes infinity as a bare word. */
function parse(text: string): unknown {
  return JSON.parse(text.replace(/([[:,]\s*-?)Infinity(?=\s*[\],}])/g, '$11e999'));
}
