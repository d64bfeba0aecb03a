import type { FlagDefinition } from '@tidegate/flag-file';
import type { Imported, ImportedFlag } from '../import-report.ts';
import { keyReasons } from '../key-reasons.ts';
import { orRefusal, Refusal } from '../refusal.ts';
import { flagDefinition } from './flag-definition.ts';
import { readFlagdFile } from './flagd-file.ts';

/**
 * Flags of a flagd definition file. Each keeps its key and its variants' names; where flagd answers with an error or
 * without a value, the caller's default is served. Held to `@openfeature/flagd-core` 4.0.1, the in-process evaluator for
 * JavaScript.
 *
 * @throws UnreadableFile
 */
export function importFlagd(json: unknown): Imported {
  const flags: [string, FlagDefinition][] = [];
  const report: [string, ImportedFlag][] = [];
  for (const [key, flag] of Object.entries(readFlagdFile(json))) {
    const definition = orRefusal(() => flagDefinition(key, flag));
    if (definition instanceof Refusal) {
      report.push([key, { status: 'refused', reasons: [definition.message] }]);
      continue;
    }
    flags.push([key, definition]);
    report.push([key, { status: 'exact', reasons: keyReasons(key, definition.variations) }]);
  }
  return { file: { flags: Object.fromEntries(flags) }, report: { flags: Object.fromEntries(report) } };
}
