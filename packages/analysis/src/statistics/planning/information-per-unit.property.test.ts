import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Effect, informationPerUnit } from './information-per-unit.ts';

const share = fc.double({ min: 0.001, max: 0.999, noNaN: true });
const rate = fc.double({ min: 1e-6, max: 0.999, noNaN: true });
const positive = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
const bins = fc.array(fc.nat({ max: 1_000 }), { minLength: 3, maxLength: 3 });
const mean = fc.record({ mean: fc.double({ min: -1e3, max: 1e3, noNaN: true }), variance: positive });
const effect: fc.Arbitrary<Effect> = fc.oneof(
  fc.record({ kind: fc.constant('rate' as const), control: rate, treatment: rate }),
  fc.record({ kind: fc.constant('count' as const), control: positive, treatment: positive }),
  fc.record({ kind: fc.constant('histogram' as const), control: bins, treatment: bins }),
  fc.record({ kind: fc.constant('mean' as const), control: mean, treatment: mean }),
);

test('a unit never brings less than nothing, and not an endless amount', () => {
  fc.assert(
    fc.property(effect, share, (effect, treatmentShare) => {
      const nats = informationPerUnit(effect, treatmentShare);
      expect(nats).toBeGreaterThanOrEqual(0);
      expect(Number.isFinite(nats)).toBe(true);
    }),
  );
});

test('it does not matter which arm is called treatment', () => {
  fc.assert(
    fc.property(effect, share, (effect, treatmentShare) => {
      // Both arms of one effect have one shape.
      const swapped = { ...effect, control: effect.treatment, treatment: effect.control } as Effect;
      const [one, other] = [
        informationPerUnit(effect, treatmentShare),
        informationPerUnit(swapped, 1 - treatmentShare),
      ];
      expect(Math.abs(one - other)).toBeLessThanOrEqual(1e-9 * Math.max(1, one));
    }),
  );
});

test('a rate is a histogram of two bins', () => {
  fc.assert(
    fc.property(rate, rate, share, (control, treatment, treatmentShare) => {
      const asBins = {
        kind: 'histogram',
        control: [1 - control, control],
        treatment: [1 - treatment, treatment],
      } as const;
      const asRate = { kind: 'rate', control, treatment } as const;
      expect(informationPerUnit(asBins, treatmentShare)).toBeCloseTo(informationPerUnit(asRate, treatmentShare), 12);
    }),
  );
});

test('the scale of a value does not matter', () => {
  fc.assert(
    fc.property(mean, mean, share, positive, (control, treatment, treatmentShare, scale) => {
      const scaled = ({ mean, variance }: { mean: number; variance: number }) => ({
        mean: mean * scale,
        variance: variance * scale * scale,
      });
      const before = informationPerUnit({ kind: 'mean', control, treatment }, treatmentShare);
      const after = informationPerUnit(
        { kind: 'mean', control: scaled(control), treatment: scaled(treatment) },
        treatmentShare,
      );
      expect(Math.abs(after - before)).toBeLessThanOrEqual(1e-9 * Math.max(1, before));
    }),
  );
});

test('rare events of a rate and of a count tell the same', () => {
  const rates = { control: 1e-6, treatment: 2e-6 };
  const ofRate = informationPerUnit({ kind: 'rate', ...rates }, 0.1);
  expect(informationPerUnit({ kind: 'count', ...rates }, 0.1) / ofRate).toBeCloseTo(1, 5);
});

test('small differences of a mean tell what its normal distribution tells', () => {
  // Bernoulli at 50 %, a difference of one in a thousand: the exact divergence against the limit of large samples.
  const exact = informationPerUnit({ kind: 'rate', control: 0.5, treatment: 0.501 }, 0.3);
  const moments = (rate: number) => ({ mean: rate, variance: rate * (1 - rate) });
  const limit = informationPerUnit({ kind: 'mean', control: moments(0.5), treatment: moments(0.501) }, 0.3);
  expect(limit / exact).toBeCloseTo(1, 4);
});
