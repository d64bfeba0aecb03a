import { describe, expect, test } from 'vitest';
import type { EngineConfig } from './engine-config.ts';
import { createEngine } from './engine-state.ts';
import { foldTick } from './fold-tick.ts';
import { readEngine } from './read-engine.ts';
import type { GuardSums, Tick } from './tick.ts';

const config: EngineConfig = {
  stageCount: 2,
  guards: [
    { key: 'errors', kind: 'rate', law: 'design', harm: 'up', margins: [3, null] },
    { key: 'revenue', kind: 'mean', harm: 'down', minUnits: 50, margins: [0.5, null] },
  ],
};

function tickOf(of: {
  stageIndex?: number;
  errors?: readonly [number, number];
  revenue?: readonly [GuardSums, GuardSums];
}): Tick {
  const { errors, revenue, stageIndex = 0 } = of;
  const guards = {
    ...(errors && {
      errors: {
        control: { kind: 'rate' as const, units: 100, events: errors[0] },
        treatment: { kind: 'rate' as const, units: 100, events: errors[1] },
      },
    }),
    ...(revenue && { revenue: { control: revenue[0], treatment: revenue[1] } }),
  };
  return {
    stageIndex,
    strata: [{ stageIndex, treatmentShare: 0.5, units: { control: 100, treatment: 100 }, guards }],
  };
}

const spread = (units: number, mean: number): GuardSums => ({
  kind: 'mean',
  units,
  sum: units * mean,
  sumSquares: units * (mean * mean + 4),
});

function read(
  ticks: readonly Tick[],
  weights: Readonly<Record<string, number>> = { errors: 1, revenue: 1 },
  alpha = 0.05,
) {
  const state = ticks.reduce((state, tick) => foldTick(config, state, tick), createEngine(config));
  const reading = readEngine(config, state, { alpha, weights });
  const [errors, revenue] = reading.guards;
  if (errors === undefined || revenue === undefined) throw new Error('Two guards are read.');
  return { reading, errors, revenue };
}

test('nothing came: an e-value of 1, and no kill', () => {
  const { reading } = read([]);
  expect(reading.logEvidence).toBeCloseTo(0, 12);
  expect(reading).toMatchObject({ killedBy: null, sampleRatio: { isMismatch: false } });
});

test('alpha and weights are asked when it is read: more of them kills sooner', () => {
  const ticks = [tickOf({ errors: [0, 9] })];
  expect(read(ticks, { errors: 1 }, 0.05).reading.killedBy).toBe('errors');
  expect(read(ticks, { errors: 1 }, 0.001).reading.killedBy).toBeNull();
  expect(read(ticks, { errors: 1, revenue: 99 }).reading.killedBy).toBeNull();
  expect(read(ticks, { errors: 1, 'not collected': 99 }).reading.killedBy).toBeNull();
});

test('a guard without weight is read, and adds nothing', () => {
  const { reading, errors } = read([tickOf({ errors: [0, 30] })], { revenue: 1 });
  expect(errors).toMatchObject({ weight: 0, logShare: null, logThreshold: null, kills: false });
  expect(errors.logEvidence).toBeGreaterThan(5);
  expect(reading.logEvidence).toBeCloseTo(0, 12);
});

describe('a mean', () => {
  test('is not looked at before both arms have the units', () => {
    const { revenue } = read([tickOf({ revenue: [spread(400, 10), spread(49, 5)] })]);
    expect(revenue).toMatchObject({ score: null, logEvidence: 0 });
  });

  test('of which most units have nothing waits for as many values, or for very many units', () => {
    const config: EngineConfig = {
      stageCount: 1,
      guards: [{ key: 'g', kind: 'mean', harm: 'up', minUnits: 100, minValues: 30 }],
    };
    // Of those who bought something, all spent 10.
    const arm = (units: number, buyers: number): GuardSums => {
      return { kind: 'mean', units, sum: 10 * buyers, sumSquares: 100 * buyers };
    };
    const scoreAfter = (g: { readonly control: GuardSums; readonly treatment: GuardSums }) => {
      const stratum = { stageIndex: 0, treatmentShare: 0.1, units: { control: 0, treatment: 0 }, guards: { g } };
      const state = foldTick(config, createEngine(config), { stageIndex: 0, strata: [stratum] });
      return readEngine(config, state, { alpha: 0.05, weights: { g: 1 } }).guards[0]?.score;
    };
    expect(scoreAfter({ control: arm(9_000, 90), treatment: arm(1_000, 25) })).toBeNull();
    expect(scoreAfter({ control: arm(27_000, 270), treatment: arm(3_000, 40) })).not.toBeNull();
    const balanced: GuardSums = { kind: 'mean', units: 10_000, sum: 0, sumSquares: 10_000 };
    expect(scoreAfter({ control: balanced, treatment: balanced })).not.toBeNull();
  });

  test('kills at its boundary, with all the evidence that it needs', () => {
    const near = read([tickOf({ revenue: [spread(100, 10), spread(100, 9.4)] })]);
    const { z, boundary } = near.revenue.score ?? { z: Number.NaN, boundary: null };
    expect(z).toBeLessThan(boundary ?? 0);
    expect(near.reading.killedBy).toBeNull();
    const beyond = read([tickOf({ revenue: [spread(100, 10), spread(100, 8.8)] })]);
    expect(beyond.revenue.score?.z).toBeGreaterThan(beyond.revenue.score?.boundary ?? Number.NaN);
    expect(beyond.reading.killedBy).toBe('revenue');
    expect(beyond.reading.logEvidence).toBeGreaterThanOrEqual(beyond.reading.logThreshold);
  });

  test('goes by the normal mixture alone once the information grew ten thousandfold', () => {
    const first = tickOf({ revenue: [spread(60, 10), spread(60, 10)] });
    const huge = tickOf({ revenue: [spread(2_000_000, 10), spread(2_000_000, 9.9)] });
    const { revenue, reading } = read([first, huge]);
    expect(revenue.score?.boundary).toBeNull();
    expect(reading.killedBy).toBe('revenue');
  });

  test('of few units a tick waits until there are twenty', () => {
    const few = tickOf({ revenue: [spread(4, 10), spread(4, 9)] });
    const state = [few, few].reduce((state, tick) => foldTick(config, state, tick), createEngine(config));
    expect(state.guards[1]).toMatchObject({ score: { variance: 0 }, waiting: [{ control: { units: 8 } }] });
    expect(foldTick(config, state, few).guards[1]).toMatchObject({ score: { units: { control: 12 } }, waiting: [] });
  });

  test('of equal values is no evidence, whatever their rounding', () => {
    const equal = (units: number): GuardSums => {
      const values = Array.from({ length: units }, () => 0.1);
      return {
        kind: 'mean',
        units,
        sum: values.reduce((a, b) => a + b),
        sumSquares: values.reduce((a, b) => a + b * b, 0),
      };
    };
    expect(read([tickOf({ revenue: [equal(333), equal(777)] })]).revenue.score).toBeNull();
  });
});

describe('safety', () => {
  test('is of the stage in force: a new stage begins without any', () => {
    const safe = tickOf({ errors: [60, 40], revenue: [spread(300, 10), spread(300, 10)] });
    const proven = read([safe]);
    expect(proven.errors.safety?.isSafe).toBe(true);
    expect(proven.revenue.safety?.isSafe).toBe(true);
    const next = read([safe, tickOf({ stageIndex: 1 })]);
    expect(next.errors.safety).toBeNull();
    const back = read([safe, tickOf({ stageIndex: 1 }), tickOf({})]);
    expect(back.errors.safety).toMatchObject({ logEvidence: 0, isSafe: false });
    expect(back.revenue.safety).toMatchObject({ logEvidence: 0, isSafe: false });
  });

  test('is not shown by harm', () => {
    const { errors, revenue } = read([tickOf({ errors: [20, 55], revenue: [spread(300, 10), spread(300, 5.5)] })]);
    expect(errors.safety?.isSafe).toBe(false);
    expect(revenue.safety?.isSafe).toBe(false);
  });
});
