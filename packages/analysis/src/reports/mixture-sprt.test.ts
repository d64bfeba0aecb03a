import { expect, test } from 'vitest';
import { mixtureSprt } from './mixture-sprt.ts';

const plan = { tau: 0.1, alpha: 0.05 };

test('p never rises again, as evidence once had stays had', () => {
  const looks = [0.3, 0.05, 0.4].map((difference) => ({ difference, standardError: 0.1 }));
  const [first, second, third] = mixtureSprt(looks, plan).looks.map(({ p }) => p);
  expect(second).toBe(first);
  expect(third).toBeLessThan(second ?? 0);
});

test('the interval leaves out no difference exactly when lambda reaches 1/alpha', () => {
  const [{ halfWidth } = { halfWidth: 0 }] = mixtureSprt([{ difference: 0, standardError: 0.1 }], plan).looks;
  const [at] = mixtureSprt([{ difference: halfWidth, standardError: 0.1 }], plan).looks;
  expect(at?.logLambda).toBeCloseTo(Math.log(20), 9);
  expect(at?.p).toBeCloseTo(0.05, 9);
});
