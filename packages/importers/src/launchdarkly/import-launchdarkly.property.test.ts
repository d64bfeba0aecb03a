import { compile, evaluate, explain } from '@tidegate/evaluation';
import { documentsOf, parseFlagFile } from '@tidegate/flag-file';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { importLaunchDarkly } from './import-launchdarkly.ts';
import { launchDarklyContexts, launchDarklyFiles } from './launchdarkly-arbitrary.fixture.ts';
import { launchDarklyContext } from './launchdarkly-context.ts';
import { readLaunchDarkly } from './launchdarkly-reading.fixture.ts';
import { askLaunchDarkly } from './launchdarkly-sdk.fixture.ts';

const SEED = 20_261_122;
const RUNS = 80;
/** A second or two when nothing else runs. */
const LIMIT = { timeout: 60_000 };

test(
  'every user keeps the variation that the SDK of LaunchDarkly gives, and explain tells the same',
  LIMIT,
  async () => {
    let compared = 0;
    let refused = 0;
    const contexts = fc.array(launchDarklyContexts, { minLength: 12, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(launchDarklyFiles, contexts, async (file, asking) => {
        const { file: imported, report } = importLaunchDarkly(JSON.parse(JSON.stringify(file)));
        const rules = compile(documentsOf(parseFlagFile(JSON.stringify(imported))));
        await askLaunchDarkly(file, async (ask) => {
          for (const [key, { status }] of Object.entries(report.flags)) {
            if (status === 'refused') refused++;
            if (status === 'refused') continue;
            const variations = imported.flags[key]?.variations ?? [];
            for (const context of asking) {
              const expected = await ask(key, context);
              const own = launchDarklyContext(context);
              const { value, variation, reason } = evaluate(rules, key, own);
              const seen = `${key} for ${JSON.stringify(context)}`;
              expect({ value, variation }, seen).toEqual(
                expected === undefined
                  ? { value: undefined, variation: undefined }
                  : { value: expected.value, variation: variations[expected.index]?.key },
              );
              expect(reason, seen).not.toBe('ERROR');
              expect(explain(rules, key, own).evaluation, seen).toEqual(evaluate(rules, key, own));
              compared++;
            }
          }
        });
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect(compared).toBeGreaterThan(2_500);
    expect(refused).toBeGreaterThan(10);
  },
);

test('imported flags answer as a slow reading of the rules does', LIMIT, () => {
  let compared = 0;
  fc.assert(
    fc.property(launchDarklyFiles, fc.array(launchDarklyContexts, { minLength: 12, maxLength: 12 }), (file, asking) => {
      const { file: imported } = importLaunchDarkly(file);
      const rules = compile(documentsOf(parseFlagFile(JSON.stringify(imported))));
      for (const [key, { variations = [] }] of Object.entries(imported.flags)) {
        for (const context of asking) {
          const index = readLaunchDarkly(file, key, context);
          const variation = index === null ? undefined : variations[index]?.key;
          const { variation: served } = evaluate(rules, key, launchDarklyContext(context));
          expect(served, `${key} for ${JSON.stringify(context)}`).toBe(variation);
          compared++;
        }
      }
    }),
    { seed: SEED + 1, numRuns: RUNS * 2 },
  );
  expect(compared).toBeGreaterThan(5_000);
});
