import { compile, evaluate, explain } from '@tidegate/evaluation';
import { documentsOf } from '@tidegate/flag-file';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UnreadableFile } from '../unreadable-file.ts';
import {
  flagdContexts,
  flagdEvaluators,
  flagdFlags,
  flagdKeys,
  plainContexts,
  plainFlags,
} from './flagd-arbitrary.fixture.ts';
import { flagdContext } from './flagd-context.ts';
import { readVariantName } from './flagd-reading.fixture.ts';
import { atInstant, CALLER_DEFAULTS, flagdCoreOf } from './flagd-sdk.fixture.ts';
import { importFlagd } from './import-flagd.ts';

const SEED = 20_261_122;
/** Three or four seconds when nothing else runs. */
const LIMIT = { timeout: 60_000 };
const NOW_MS = Date.UTC(2026, 0, 1) + 999;

test('every context keeps what the evaluator of flagd resolves, and explain tells the same', LIMIT, () => {
  const counts = { compared: 0, found: 0, errors: 0, refused: 0 };
  const contexts = fc.array(flagdContexts, { minLength: 12, maxLength: 12 });
  const property = fc.property(flagdKeys, flagdFlags, flagdEvaluators, contexts, (key, flag, $evaluators, asking) => {
    const json = JSON.parse(JSON.stringify({ flags: { [key]: flag }, $evaluators }));
    const imported = importUnlessUnreadable(json);
    const definition = imported?.file.flags[key];
    if (imported === undefined || definition === undefined) {
      counts.refused++;
      return;
    }
    const resolve = flagdCoreOf(json);
    const rules = compile(documentsOf(imported.file), { nowMs: () => NOW_MS });
    const { kind = 'boolean' } = definition;
    for (const given of asking) {
      const theirs = resolve(key, kind, given);
      const context = flagdContext(given);
      const ours = evaluate(rules, key, context);
      const seen = `${JSON.stringify(flag)} for ${JSON.stringify(given)}`;
      expect(ours.errorCode, seen).toBeUndefined();
      const { variation, value = CALLER_DEFAULTS[kind] } = ours;
      expect({ variation, value }, seen).toEqual({ variation: theirs.variant, value: theirs.value });
      expect(explain(rules, key, context).evaluation, seen).toEqual(ours);
      counts.compared++;
      if (theirs.variant !== undefined) counts.found++;
      if (theirs.isError) counts.errors++;
    }
  });
  atInstant(NOW_MS, () => fc.assert(property, { seed: SEED, numRuns: 400 }));
  expect(counts.compared).toBeGreaterThan(3_000);
  expect(counts.found).toBeGreaterThan(1_000);
  expect(counts.errors).toBeGreaterThan(400);
  expect(counts.refused).toBeGreaterThan(20);
});

test('imported flags answer as a slow reading of the rules does', LIMIT, () => {
  let compared = 0;
  fc.assert(
    fc.property(
      flagdKeys,
      plainFlags,
      fc.array(plainContexts, { minLength: 8, maxLength: 8 }),
      (name, flag, asking) => {
        // Units and keys beyond ASCII are hashed in a way of their own.
        const key = /^[ -~]*$/.test(name) ? name : 'plain';
        const { file } = importFlagd({ flags: { [key]: flag } });
        const rules = compile(documentsOf(file));
        for (const given of asking.filter(({ email }) => /^[ -~]*$/.test(email))) {
          const read = readVariantName(flag, key, given);
          const { variation } = evaluate(rules, key, flagdContext(given));
          expect(variation, `${JSON.stringify(flag)} for ${JSON.stringify(given)}`).toBe(read);
          compared++;
        }
      },
    ),
    { seed: SEED + 1, numRuns: 400 },
  );
  expect(compared).toBeGreaterThan(2_000);
});

/** flagd takes a file as a whole or not at all; where it does not, neither do we. */
function importUnlessUnreadable(json: unknown) {
  try {
    return importFlagd(json);
  } catch (error) {
    expect(error).toBeInstanceOf(UnreadableFile);
    expect(() => flagdCoreOf(json)).toThrow();
    return undefined;
  }
}
