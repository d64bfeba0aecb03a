import { expect, test } from 'vitest';
import { expandTraffic } from './expand-traffic.ts';
import { PlanWords } from './plan-words.ts';

test('an adapter’s key is enough, and what is given out is taken back unchanged', () => {
  const words = new PlanWords();
  const expanded = expandTraffic(['edge', { adapter: 'mesh', deadline: { after: '5m', then: 'abort' } }], words);
  expect(expanded).toEqual({
    traffic: [
      { adapter: 'edge', deadline: { afterMs: 900_000, then: 'hold' } },
      { adapter: 'mesh', deadline: { afterMs: 300_000, then: 'abort' } },
    ],
  });
  expect(expandTraffic(expanded.traffic, words)).toEqual(expanded);
  expect(words.flaws).toEqual([]);
  expect(expandTraffic(undefined, words)).toEqual({});
});

test('an adapter that is named twice, and a deadline without a time, are refused where they stand', () => {
  const words = new PlanWords();
  expandTraffic(['edge', { adapter: 'edge', deadline: { then: 'hold' } }], words);
  expect(words.flaws.map(({ path }) => path)).toEqual([
    ['traffic', 1],
    ['traffic', 1, 'deadline', 'after'],
  ]);
});
