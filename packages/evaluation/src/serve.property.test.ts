import { buildFlag } from '@tidegate/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile } from './compile.ts';
import { evaluate } from './evaluate.ts';
import type { Evaluation } from './evaluation.ts';
import { explain } from './explain.ts';
import type { ServeRollout } from './flag.ts';
import { pageEvaluator } from './page/page-evaluator.ts';

const ppm = fc.integer({ min: 0, max: 1_000_000 });
const unitKey = fc.oneof(fc.uuid(), fc.string({ minLength: 1 }), fc.integer().map(String));

function serveRollout(treatmentPpm: number, more: Partial<ServeRollout> = {}): ServeRollout {
  return {
    kind: 'rollout',
    rolloutId: 'r',
    epoch: 1,
    stageIndex: 0,
    treatment: 'on',
    control: 'off',
    treatmentPpm,
    ...more,
  };
}

function rolloutAt(treatmentPpm: number, more: Partial<ServeRollout> = {}): (unit: string) => Evaluation {
  const fallthrough = serveRollout(treatmentPpm, more);
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

test('whom caps hold for are never treated above the smallest of them, and never lose the treatment while the share rises', () => {
  const shares = fc.uniqueArray(ppm, { minLength: 2, maxLength: 5 }).map((some) => some.toSorted((a, b) => a - b));
  const countries = fc.subarray(['DE', 'AT'] as const);
  fc.assert(
    fc.property(shares, countries, fc.nat(4), fc.nat(4), unitKey, (stages, capped, one, other, unit) => {
      const last = stages.length - 1;
      // As a plan has them: each is the share of a stage, and counts from the next stage on.
      const caps = [
        { country: 'DE', stageIndex: Math.min(one, last) },
        { country: 'AT', stageIndex: Math.min(other, last) },
      ]
        .map(({ country, stageIndex }) => ({
          condition: { attribute: 'countries', operator: 'contains', values: [country] } as const,
          treatmentPpm: stages[stageIndex] ?? 0,
          stageIndex,
        }))
        .toSorted((left, right) => left.treatmentPpm - right.treatmentPpm);
      const held = caps.filter(({ condition }) => capped.some((country) => condition.values[0] === country));
      const capPpm = Math.min(1_000_000, ...held.map(({ treatmentPpm }) => treatmentPpm));
      const context = { targetingKey: unit, countries: [...capped] };
      let wasTreated = false;
      for (const [stageIndex, treatmentPpm] of stages.entries()) {
        const inForce = caps.filter((cap) => cap.treatmentPpm < treatmentPpm);
        const fallthrough = serveRollout(treatmentPpm, { stageIndex, caps: inForce });
        const documents = { revision: 1, flags: [buildFlag({ fallthrough })], segments: [] };
        const rules = compile(documents);
        const answer = evaluate(rules, 'new-checkout', context);
        // The same in the three that tell it: a page, and whoever asks why.
        expect(explain(rules, 'new-checkout', context).evaluation).toEqual(answer);
        expect(pageEvaluator(documents, () => 0).evaluate('new-checkout', context)).toEqual({
          ...answer,
          ruleId: undefined,
        });
        const isTreated = answer.variation === 'on';
        expect(isTreated).toBe(rolloutAt(Math.min(capPpm, treatmentPpm))(unit).variation === 'on');
        expect(isTreated || !wasTreated).toBe(true);
        wasTreated = isTreated;
        // Measured where they are treated: in the stage whose share they have.
        const stage = stages.indexOf(Math.min(capPpm, treatmentPpm));
        expect(answer.exposure).toMatchObject({ stageIndex: stage, arm: isTreated ? 'treatment' : 'control' });
      }
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
