import { expect, test } from 'vitest';
import { expandGates } from './expand-gates.ts';
import { PlanWords } from './plan-words.ts';

const GATE = { name: 'change', before: 'start', url: 'https://gate.example', secret: 'gate' } as const;

test('a gate that says no more is asked every half minute, waited for ten seconds, and for four hours in all', () => {
  const { gates } = expandGates([GATE], new PlanWords());
  expect(gates).toEqual([
    { ...GATE, everyMs: 30_000, timeoutMs: 10_000, deadline: { afterMs: 14_400_000, then: 'abort' } },
  ]);
});

test('words and numbers mean the same, and what was given out is given out unchanged', () => {
  const words = new PlanWords();
  const deadline = { after: '1d', then: 'hold' } as const;
  const { gates } = expandGates([{ ...GATE, every: '1m', timeout: '5s', deadline }], words);
  expect(gates?.[0]).toMatchObject({ everyMs: 60_000, timeoutMs: 5_000, deadline: { afterMs: 86_400_000 } });
  expect(expandGates(gates, words)).toEqual({ gates });
  expect(words.flaws).toEqual([]);
});

test('a deadline without a time, and a duration that is none, are refused where they stand', () => {
  const words = new PlanWords();
  expandGates([{ ...GATE, every: 'often', deadline: { then: 'abort' } }], words);
  expect(words.flaws.map(({ path }) => path.join('.'))).toEqual(['gates.0.every', 'gates.0.deadline.after']);
});

test('a plan without gates has none', () => {
  expect(expandGates(undefined, new PlanWords())).toEqual({});
});
