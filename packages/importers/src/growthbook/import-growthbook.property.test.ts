import type { FeatureApiResponse } from '@growthbook/growthbook';
import { compile, evaluate, explain } from '@tidegate/evaluation';
import { documentsOf, parseFlagFile } from '@tidegate/flag-file';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { growthBookAttributes, growthBookConditions, growthBookPayloads } from './growthbook-arbitrary.fixture.ts';
import { growthBookContext } from './growthbook-context.ts';
import { readGrowthBook } from './growthbook-reading.fixture.ts';
import { askGrowthBook } from './growthbook-sdk.fixture.ts';
import { importGrowthBook } from './import-growthbook.ts';

// The SDK tells the console of every weight and operator that it does not like, and these files are full of them.
vi.spyOn(console, 'error').mockImplementation(() => {});

const SEED = 20_261_122;
const RUNS = 150;
/** A second or two when nothing else runs. */
const LIMIT = { timeout: 60_000 };

test('every user keeps the value that the SDK of GrowthBook gives, and explain tells the same', LIMIT, () => {
  const { compared, refused } = compareWithSdk(growthBookPayloads, RUNS);
  expect(compared).toBeGreaterThan(2_500);
  expect(refused).toBeGreaterThan(10);
});

test('every condition holds for whom it holds in the SDK', LIMIT, () => {
  const { compared, trueCount } = compareWithSdk(growthBookConditions, RUNS * 4);
  expect(compared).toBeGreaterThan(2_500);
  expect(trueCount).toBeGreaterThan(500);
});

function compareWithSdk(payloads: fc.Arbitrary<FeatureApiResponse>, numRuns: number) {
  const counts = { compared: 0, refused: 0, trueCount: 0 };
  fc.assert(
    fc.property(payloads, fc.array(growthBookAttributes, { minLength: 8, maxLength: 8 }), (payload, contexts) => {
      const { file, report } = importGrowthBook(payload);
      const rules = compile(documentsOf(parseFlagFile(JSON.stringify(file))));
      for (const attributes of contexts) {
        const ask = askGrowthBook(payload, attributes);
        const context = growthBookContext(attributes);
        for (const [key, { status }] of Object.entries(report.flags)) {
          if (status === 'refused') counts.refused++;
          const expected = status === 'refused' ? 'threw' : ask(key);
          if (expected === 'threw') continue;
          const evaluation = evaluate(rules, key, context);
          const seen = `${key} for ${JSON.stringify(attributes)}`;
          expect(evaluation.value ?? null, seen).toEqual(expected.value);
          expect(evaluation.reason, seen).not.toBe('ERROR');
          expect(explain(rules, key, context).evaluation, seen).toEqual(evaluation);
          counts.compared++;
          if (evaluation.value === true) counts.trueCount++;
        }
      }
    }),
    { seed: SEED, numRuns },
  );
  return counts;
}

test('imported features answer as a slow reading of the rules does', LIMIT, () => {
  let compared = 0;
  fc.assert(
    fc.property(
      growthBookPayloads,
      fc.array(growthBookAttributes, { minLength: 8, maxLength: 8 }),
      (payload, asking) => {
        const { file } = importGrowthBook(payload);
        const rules = compile(documentsOf(parseFlagFile(JSON.stringify(file))));
        for (const attributes of asking) {
          for (const key of Object.keys(file.flags)) {
            const expected = readOrNothing(payload, key, attributes);
            if (expected === 'threw') continue;
            const { value = null } = evaluate(rules, key, growthBookContext(attributes));
            expect(value, `${key} for ${JSON.stringify(attributes)}`).toEqual(expected.value);
            compared++;
          }
        }
      },
    ),
    { seed: SEED + 1, numRuns: RUNS * 2 },
  );
  expect(compared).toBeGreaterThan(5_000);
});

/** Some values JavaScript cannot write as a text, nor could the vendor's SDK. */
function readOrNothing(payload: unknown, key: string, attributes: unknown): { readonly value: unknown } | 'threw' {
  try {
    return { value: readGrowthBook(payload, key, attributes) };
  } catch (error) {
    if (error instanceof TypeError) return 'threw';
    throw error;
  }
}
