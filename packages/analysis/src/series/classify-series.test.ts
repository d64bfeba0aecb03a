import { expect, test } from 'vitest';
import { classifySeries, type SeriesQuestion, type SeriesRule } from './classify-series.ts';

const band = { low: 1, high: 1 };
const rule: Extract<SeriesRule, { kind: 'interval' }> = {
  kind: 'interval',
  confidence: 0.95,
  margin: { of: 'shift', amount: 0.25 },
  effect: { measure: 'mean-ratio', allowed: band, critical: band },
};
const control = Array.from({ length: 20 }, (_, index) => 100 + (index % 7));
const raised = control.map((point) => point * 1.02 + (point % 2));

function classify(question: Partial<SeriesQuestion>) {
  return classifySeries({
    treatment: raised,
    control,
    direction: 'either',
    rule,
    nan: 'remove',
    isCritical: false,
    ...question,
  });
}

test('a rise is high where rises or both ways are harm, and passes where drops are', () => {
  const verdicts = (['either', 'increase', 'decrease'] as const).map((direction) => classify({ direction }).verdict);
  expect(verdicts).toEqual(['high', 'high', 'pass']);
});

test('a margin of control’s mean lets a small rise pass, which one of the rise itself never does', () => {
  expect(classify({ rule: { ...rule, margin: { of: 'control-mean', amount: 0.05 } } }).verdict).toBe('pass');
  expect(classify({ rule: { ...rule, margin: { of: 'unit', amount: 5 } } }).verdict).toBe('pass');
});

test('an effect that cannot be computed is a large one: nothing before, something after', () => {
  const none = control.map(() => 0);
  const effect = { ...rule.effect, allowed: { low: 0.1, high: 10 }, critical: { low: 0.1, high: 10 } };
  const {
    verdict,
    isCriticalFailure,
    effect: found,
  } = classify({
    control: none,
    rule: { ...rule, effect },
    isCritical: true,
  });
  expect({ verdict, isCriticalFailure, found }).toEqual({ verdict: 'high', isCriticalFailure: true, found: null });
});

test('so few points that no interval exists decide nothing', () => {
  expect(classify({ treatment: [50], control: [1, 2] }).verdict).toBe('inconclusive');
});

test('an empty side is no data and never a pass, whatever stands for missing points', () => {
  for (const nan of ['remove', 'zero'] as const) {
    expect(classify({ nan, treatment: [] }).verdict).toBe('no_data');
    expect(classify({ nan, treatment: [], control: [] }).verdict).toBe('no_data');
  }
  expect(classify({ treatment: [Number.NaN, Number.NaN] }).verdict).toBe('no_data');
  expect(classify({ treatment: [], isCritical: true }).isCriticalFailure).toBe(true);
});

test('one test has the direction of the ranks', () => {
  const once = { rule: { kind: 'p-value', alpha: 0.05 } } as const;
  expect(classify(once).verdict).toBe('high');
  expect(classify({ ...once, treatment: control, control: raised }).verdict).toBe('low');
  expect(classify({ ...once, direction: 'decrease' }).verdict).toBe('pass');
});
