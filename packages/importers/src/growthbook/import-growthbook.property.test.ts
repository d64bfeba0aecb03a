import { compile, evaluate, explain } from '@tidegate/evaluation';
import { documentsOf } from '@tidegate/flag-file';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { growthBookAttributes, growthBookPayloads } from './growthbook-arbitrary.fixture.ts';
import { growthBookContext } from './growthbook-context.ts';
import { askGrowthBook } from './growthbook-sdk.fixture.ts';
import { importGrowthBook } from './import-growthbook.ts';

// The SDK tells the console of every weight and operator that it does not like, and these files are full of them.
vi.spyOn(console, 'error').mockImplementation(() => {});

const SEED = 20_261_122;
const RUNS = 300;

test('every user keeps the value that the SDK of GrowthBook gives, and explain tells the same', () => {
  let compared = 0;
  let refused = 0;
  const asking = fc.array(growthBookAttributes, { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(growthBookPayloads, asking, (payload, contexts) => {
      const { file, report } = importGrowthBook(payload);
      const rules = compile(documentsOf(file));
      for (const attributes of contexts) {
        const ask = askGrowthBook(payload, attributes);
        const context = growthBookContext(attributes);
        for (const [key, { status }] of Object.entries(report.flags)) {
          if (status === 'refused') refused++;
          const expected = status === 'refused' ? 'threw' : ask(key);
          if (expected === 'threw') continue;
          const evaluation = evaluate(rules, key, context);
          const seen = `${key} for ${JSON.stringify(attributes)}`;
          expect(evaluation.value ?? null, seen).toEqual(expected.value);
          expect(evaluation.reason, seen).not.toBe('ERROR');
          expect(explain(rules, key, context).evaluation, seen).toEqual(evaluation);
          compared++;
        }
      }
    }),
    { seed: SEED, numRuns: RUNS },
  );
  expect(compared).toBeGreaterThan(3_000);
  expect(refused).toBeGreaterThan(10);
});
