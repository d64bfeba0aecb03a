import { expect, test } from 'vitest';
import { betaPosterior } from './beta-posterior.ts';

const level = 0.95;
const flat = { a: 1, b: 1 };

test('a flat prior against one success: two chances of three', () => {
  const { treatmentGreater } = betaPosterior({
    control: { hits: 0, units: 0 },
    treatment: { hits: 1, units: 1 },
    prior: flat,
    level,
  });
  // ∫ 2p · p dp
  expect(treatmentGreater).toBeCloseTo(2 / 3, 12);
});

test('the chances of the two arms add up to one, also when one is a thousand times larger', () => {
  for (const prior of [flat, { a: 0.1, b: 0.1 }, { a: 0.5, b: 20 }]) {
    const small = { hits: 1, units: 12 };
    const large = { hits: 1_200, units: 12_000 };
    const one = betaPosterior({ control: small, treatment: large, prior, level });
    const other = betaPosterior({ control: large, treatment: small, prior, level });
    expect(one.treatmentGreater + other.treatmentGreater).toBeCloseTo(1, 12);
  }
});

test('without units the posterior is the prior', () => {
  const none = { hits: 0, units: 0 };
  const { treatment, treatmentGreater } = betaPosterior({ control: none, treatment: none, prior: flat, level });
  expect(treatmentGreater).toBeCloseTo(0.5, 12);
  expect(treatment.mean).toBe(0.5);
  expect(treatment.interval[0]).toBeCloseTo(0.025, 12);
});
