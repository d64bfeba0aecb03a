import { buildFlag } from '@tidegate/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile } from './compile.ts';
import { evaluate } from './evaluate.ts';
import type { Evaluation } from './evaluation.ts';
import type { ServeRollout } from './flag.ts';

const ppm = fc.integer({ min: 0, max: 1_000_000 });
const unitKey = fc.oneof(fc.uuid(), fc.string({ minLength: 1 }), fc.integer().map(String));

function rolloutAt(treatmentPpm: number, more: Partial<ServeRollout> = {}): (unit: string) => Evaluation {
  const fallthrough: ServeRollout = {
    kind: 'rollout',
    rolloutId: 'r',
    epoch: 1,
    stageIndex: 0,
    treatment: 'on',
    control: 'off',
    treatmentPpm,
    ...more,
  };
  const rules = compile({ revision: 1, flags: [buildFlag({ fallthrough })], segments: [] });
  return (unit) => evaluate(rules, 'new-checkout', { targetingKey: unit });
}

test('raising a percentage never takes a unit out of treatment', () => {
  fc.assert(
    fc.property(ppm, ppm, unitKey, (one, other, unit) => {
      const lower = rolloutAt(Math.min(one, other))(unit);
      const higher = rolloutAt(Math.max(one, other))(unit);
      return lower.variation === 'off' || higher.variation === 'on';
    }),
  );
});

test('every unit is in one arm and reports the arm that it is in', () => {
  fc.assert(
    fc.property(ppm, unitKey, (treatmentPpm, unit) => {
      const { variation, exposure } = rolloutAt(treatmentPpm)(unit);
      expect(exposure?.arm).toBe(variation === 'on' ? 'treatment' : 'control');
    }),
  );
});

test('nobody is treated at 0 and everybody at 1 000 000', () => {
  fc.assert(
    fc.property(unitKey, (unit) => {
      expect([rolloutAt(0)(unit).variation, rolloutAt(1_000_000)(unit).variation]).toEqual(['off', 'on']);
    }),
  );
});

test('a sample of control changes who is measured and never who is served what', () => {
  fc.assert(
    fc.property(ppm, ppm, unitKey, (treatmentPpm, controlSamplePpm, unit) => {
      const whole = rolloutAt(treatmentPpm)(unit);
      const sampled = rolloutAt(treatmentPpm, { controlSamplePpm })(unit);
      expect(sampled.variation).toBe(whole.variation);
      if (whole.variation === 'on') expect(sampled.exposure).toEqual(whole.exposure);
    }),
  );
});

test('a unit that is in the sample of control stays in it while the sample and treatment fit', () => {
  fc.assert(
    fc.property(ppm, ppm, ppm, unitKey, (one, other, sample, unit) => {
      const controlSamplePpm = Math.min(sample, 1_000_000 - Math.max(one, other));
      const early = rolloutAt(Math.min(one, other), { controlSamplePpm })(unit);
      const late = rolloutAt(Math.max(one, other), { controlSamplePpm })(unit);
      if (early.exposure?.arm === 'control') expect(late.exposure?.arm).toBe('control');
    }),
  );
});

test('two rollouts of one bucket group take the same units', () => {
  fc.assert(
    fc.property(ppm, unitKey, fc.string(), (treatmentPpm, unit, bucketGroup) => {
      const flags = ['a', 'b'].map((key) =>
        buildFlag({
          key,
          salt: key,
          fallthrough: {
            kind: 'rollout',
            rolloutId: key,
            epoch: 1,
            stageIndex: 0,
            treatment: 'on',
            control: 'off',
            treatmentPpm,
            bucketGroup,
          },
        }),
      );
      const rules = compile({ revision: 1, flags, segments: [] });
      const [left, right] = ['a', 'b'].map((key) => evaluate(rules, key, { targetingKey: unit }).variation);
      expect(left).toBe(right);
    }),
  );
});
