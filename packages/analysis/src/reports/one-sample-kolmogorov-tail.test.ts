import { expect, test } from 'vitest';
import { oneSampleKolmogorovTail } from './one-sample-kolmogorov-tail.ts';

test('one unit is at least d away with probability 2 (1 - d)', () => {
  expect(oneSampleKolmogorovTail(0.7, 1)).toBeCloseTo(0.6, 12);
});

test('the example of Marsaglia, Tsang and Wang comes out: ten units, distance 0.274', () => {
  expect(1 - oneSampleKolmogorovTail(0.274, 10)).toBeCloseTo(0.6284796154565, 12);
});

test('the three ways to compute it meet', () => {
  const matrixEnds = Math.sqrt(4 / 400);
  expect(oneSampleKolmogorovTail(matrixEnds - 1e-9, 400)).toBeCloseTo(oneSampleKolmogorovTail(matrixEnds, 400), 8);
  expect(oneSampleKolmogorovTail(0.03, 1_000)).toBeCloseTo(oneSampleKolmogorovTail(0.03, 1_001), 2);
});
