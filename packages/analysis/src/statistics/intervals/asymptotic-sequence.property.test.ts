import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asymptoticHalfWidth, asymptoticInterval, asymptoticP } from './asymptotic-sequence.ts';

const input = fc.record({
  alpha: fc.double({ min: 0.001, max: 0.3, noNaN: true }),
  sides: fc.constantFrom('one' as const, 'two' as const),
  tunedForUnits: fc.integer({ min: 100, max: 100_000 }),
  units: fc.integer({ min: 2, max: 1e8 }),
  standardError: fc.double({ min: 1e-6, max: 1e3, noNaN: true }),
});

test('two sides are never as narrow as the fewest nats allow, and never infinite', () => {
  fc.assert(
    fc.property(input, (given) => {
      const input = { ...given, sides: 'two' } as const;
      const halfWidth = asymptoticHalfWidth(input);
      expect(halfWidth).toBeGreaterThanOrEqual(input.standardError * Math.sqrt(2 * Math.log(1 / input.alpha)));
      expect(Number.isFinite(halfWidth)).toBe(true);
    }),
  );
});

test('the unit of the value does not matter', () => {
  fc.assert(
    fc.property(input, fc.constantFrom(1e-3, 1e6), (input, scale) => {
      const scaled = { ...input, standardError: input.standardError * scale };
      expect(asymptoticHalfWidth(scaled) / scale / asymptoticHalfWidth(input)).toBeCloseTo(1, 9);
    }),
  );
});

test('no difference is left out exactly when p is at most alpha', () => {
  fc.assert(
    fc.property(input, fc.double({ min: -10, max: 10, noNaN: true }), (given, z) => {
      const input = { ...given, sides: 'two' } as const;
      const { low, high } = asymptoticInterval(z * input.standardError, input);
      const p = asymptoticP(input, z * input.standardError);
      if (Math.abs(p / input.alpha - 1) < 1e-9) return;
      expect((low ?? 0) > 0 || (high ?? 0) < 0).toBe(p <= input.alpha);
    }),
  );
});
