import { compile, evaluate, explain } from '@tidegate/evaluation';
import { documentsOf } from '@tidegate/flag-file';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { importLaunchDarkly } from './import-launchdarkly.ts';
import { launchDarklyContexts, launchDarklyFiles } from './launchdarkly-arbitrary.fixture.ts';
import { launchDarklyContext } from './launchdarkly-context.ts';
import { askLaunchDarkly } from './launchdarkly-sdk.fixture.ts';

const SEED = 20_261_122;
const RUNS = 150;

test('every user keeps the variation that the SDK of LaunchDarkly gives, and explain tells the same', async () => {
  let compared = 0;
  let refused = 0;
  const contexts = fc.array(launchDarklyContexts, { minLength: 12, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(launchDarklyFiles, contexts, async (file, asking) => {
      const { file: imported, report } = importLaunchDarkly(JSON.parse(JSON.stringify(file)));
      const rules = compile(documentsOf(imported));
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
  expect(compared).toBeGreaterThan(3_000);
  expect(refused).toBeGreaterThan(10);
});
