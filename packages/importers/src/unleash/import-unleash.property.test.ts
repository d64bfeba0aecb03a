import { compile, evaluate, explain } from '@tidegate/evaluation';
import { documentsOf } from '@tidegate/flag-file';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { importUnleash } from './import-unleash.ts';
import { plainUnleashFiles, unleashContexts, unleashFiles } from './unleash-arbitrary.fixture.ts';
import { unleashContext } from './unleash-context.ts';
import { readIsEnabled, readVariant } from './unleash-reading.fixture.ts';
import { STATIC_CONTEXT, withUnleashSdk } from './unleash-sdk.fixture.ts';

const SEED = 20_261_122;
/** Two or three seconds when nothing else runs. */
const LIMIT = { timeout: 60_000 };
const NOW_MS = Date.UTC(2026, 0, 2);

test('every context keeps what the SDK of Unleash answers, and explain tells the same', LIMIT, () => {
  const counts = { compared: 0, on: 0, variants: 0, refused: 0 };
  withUnleashSdk(NOW_MS, (sdkOf) => {
    fc.assert(
      fc.property(unleashFiles, fc.array(unleashContexts, { minLength: 8, maxLength: 8 }), (generated, contexts) => {
        const json = JSON.parse(JSON.stringify(generated));
        const names = generated.features.map(({ name }) => name);
        const sdk = sdkOf(json);
        const { file, report } = importUnleash(json);
        const rules = compile(documentsOf(file), { nowMs: () => NOW_MS });
        for (const [key, { status }] of Object.entries(report.flags)) {
          const name = names.includes(key) ? key : key.replace(/[.]variant$/, '');
          if (status === 'refused') counts.refused++;
          for (const given of status === 'exact' ? contexts : []) {
            const theirs = name === key ? sdk.isEnabled(name, given) : sdk.getVariant(name, given);
            const context = unleashContext({ ...STATIC_CONTEXT, ...given });
            const ours = evaluate(rules, key, context);
            const seen = `${key} for ${JSON.stringify(given)}`;
            expect(ours.errorCode, seen).toBeUndefined();
            expect(explain(rules, key, context).evaluation, seen).toEqual(ours);
            if (theirs === undefined) continue;
            expect(ours.value, seen).toEqual(theirs);
            counts.compared++;
            if (theirs === true) counts.on++;
            if (typeof theirs === 'object' && ours.variation !== 'disabled') counts.variants++;
          }
        }
      }),
      { seed: SEED, numRuns: 250 },
    );
  });
  expect(counts.compared).toBeGreaterThan(4_000);
  expect(counts.on).toBeGreaterThan(800);
  expect(counts.variants).toBeGreaterThan(100);
  expect(counts.refused).toBeGreaterThan(100);
});

test('imported features answer as a slow reading of the rules does', LIMIT, () => {
  let compared = 0;
  fc.assert(
    fc.property(plainUnleashFiles, fc.array(unleashContexts, { minLength: 8, maxLength: 8 }), (generated, contexts) => {
      const json = JSON.parse(JSON.stringify(generated));
      const names = generated.features.map(({ name }) => name);
      const { file } = importUnleash(json);
      const rules = compile(documentsOf(file));
      for (const key of Object.keys(file.flags)) {
        const name = names.includes(key) ? key : key.replace(/[.]variant$/, '');
        for (const generatedContext of contexts) {
          const given = JSON.parse(JSON.stringify(generatedContext));
          const { value } = evaluate(rules, key, unleashContext(given));
          const read = name === key ? readIsEnabled(json, name, given) : readVariant(json, name, given);
          if (read === 'dice') continue;
          expect(name === key ? value : nameIn(value), `${key} for ${JSON.stringify(given)}`).toBe(read);
          compared++;
        }
      }
    }),
    { seed: SEED + 1, numRuns: 250 },
  );
  expect(compared).toBeGreaterThan(3_000);
});

function nameIn(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'name' in value ? value.name : undefined;
}
