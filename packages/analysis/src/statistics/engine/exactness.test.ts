import { describe, expect, test } from 'vitest';
import type { EngineConfig, EngineGuard } from './engine-config.ts';
import { createEngine } from './engine-state.ts';
import { foldTick } from './fold-tick.ts';
import { readEngine } from './read-engine.ts';
import type { ArmPair, GuardSums, Tick } from './tick.ts';

/**
 * What "proven" means, computed: the mean of the e-value over everything that can happen to a harmless treatment, added
 * up outcome by outcome. Two ticks each, so that what the second bets may depend on what came in the first.
 */
describe('over all that can happen to a harmless treatment, the mean e-value is', () => {
  const share = 0.3;
  const events = 6;
  const rateOf = (control: number, treatment: number): ArmPair<GuardSums> => ({
    control: { kind: 'rate', units: 0, events: control },
    treatment: { kind: 'rate', units: 0, events: treatment },
  });

  test.each([
    ['1, for rates', { harm: 'up' }, 1],
    ['1, for rates that must not fall', { harm: 'down' }, 1],
    ['1, for a treatment as harmful as is tolerated', { harm: 'up', tolerance: 1.5 }, 1.5],
  ] as const)('%s', (_, rule, ratio) => {
    const guard: EngineGuard = { key: 'g', kind: 'rate', law: 'design', ...rule };
    const labelShare = (share * ratio) / (1 - share + share * ratio);
    let mean = 0;
    for (const [first, p] of binomial(events, labelShare)) {
      for (const [second, q] of binomial(events, labelShare)) {
        mean += p * q * eValue(guard, [rateOf(events - first, first), rateOf(events - second, second)], share);
      }
    }
    expect(mean).toBeCloseTo(1, 9);
  });

  test('below 1, for a treatment that is better', () => {
    const guard: EngineGuard = { key: 'g', kind: 'rate', law: 'design', harm: 'up' };
    const labelShare = (share * 0.8) / (1 - share + share * 0.8);
    let mean = 0;
    for (const [treatment, p] of binomial(events, labelShare)) {
      mean += p * eValue(guard, [rateOf(events - treatment, treatment)], share);
    }
    expect(mean).toBeLessThan(1);
  });

  test('at most 1, for outcomes known with the unit, whatever their rate', () => {
    const guard: EngineGuard = { key: 'g', kind: 'rate', law: 'hypergeometric', harm: 'down' };
    const arm = (units: number, events: number): GuardSums => ({ kind: 'rate', units, events });
    for (const rate of [0.05, 0.4, 0.9]) {
      let mean = 0;
      for (const [a, p] of binomial(5, rate)) {
        for (const [b, q] of binomial(3, rate)) {
          for (const [c, s] of binomial(4, rate)) {
            for (const [d, t] of binomial(4, rate)) {
              const ticks = [
                { control: arm(5, a), treatment: arm(3, b) },
                { control: arm(4, c), treatment: arm(4, d) },
              ];
              mean += p * q * s * t * eValue(guard, ticks, share);
            }
          }
        }
      }
      expect(mean).toBeLessThanOrEqual(1 + 1e-9);
      expect(mean).toBeGreaterThan(0.9);
    }
  });

  test('1, for a distribution, with tilts that follow what came before', () => {
    const guard: EngineGuard = {
      key: 'g',
      kind: 'histogram',
      harm: 'up',
      binCount: 4,
      baseline: { 0: 100, 1: 60, 2: 30, 3: 12 },
    };
    // Three observations a tick, at fixed values: only the arms are left to chance.
    const values = [1, 2, 3];
    const labelled = (labels: number): ArmPair<GuardSums> => {
      const of = (arm: number) => values.filter((_, index) => ((labels >> index) & 1) === arm);
      const sums = (bins: readonly number[]): GuardSums => ({
        kind: 'histogram',
        bins: Object.fromEntries(bins.map((bin) => [bin, 1])),
      });
      return { control: sums(of(0)), treatment: sums(of(1)) };
    };
    const chance = (labels: number) =>
      values.reduce((product, _, index) => product * ((labels >> index) & 1 ? share : 1 - share), 1);
    let mean = 0;
    for (let first = 0; first < 8; first++) {
      for (let second = 0; second < 8; second++) {
        mean += chance(first) * chance(second) * eValue(guard, [labelled(first), labelled(second)], share);
      }
    }
    expect(mean).toBeCloseTo(1, 9);
  });

  test('1, for a limit that is kept by a hair', () => {
    const guard: EngineGuard = { key: 'g', kind: 'limit', maxRate: 0.2 };
    let mean = 0;
    for (const [events, p] of binomial(12, 0.2)) {
      const treatment: GuardSums = { kind: 'rate', units: 12, events };
      mean += p * eValue(guard, [{ control: { kind: 'rate', units: 0, events: 0 }, treatment }], 1);
    }
    expect(mean).toBeCloseTo(1, 9);
  });

  test('at most 1, for a limit whose outcomes come long after the last unit', () => {
    const guard: EngineGuard = { key: 'g', kind: 'limit', maxRate: 0.2 };
    const none: GuardSums = { kind: 'rate', units: 0, events: 0 };
    const armOf = (treatment: GuardSums): ArmPair<GuardSums> => ({ control: none, treatment });
    const quiet = Array.from({ length: 40 }, () => armOf(none));
    let mean = 0;
    for (const [events, p] of binomial(12, 0.2)) {
      const exposed: GuardSums = { kind: 'rate', units: 12, events: 0 };
      const late: GuardSums = { kind: 'rate', units: 0, events, lateEvents: events };
      mean += p * eValue(guard, [armOf(exposed), ...quiet, armOf(late)], 1);
    }
    expect(mean).toBeLessThanOrEqual(1 + 1e-9);
    expect(mean).toBeGreaterThan(0.9);
  });

  test('1, though a stage is entered because of what its tick saw', () => {
    const config: EngineConfig = { stageCount: 2, guards: [{ key: 'g', kind: 'rate', law: 'design', harm: 'up' }] };
    let mean = 0;
    for (const [treatment, p] of binomial(events, share)) {
      const guards = { g: rateOf(events - treatment, treatment) };
      const stratum = { stageIndex: 0, treatmentShare: share, units: { control: 0, treatment: 0 }, guards };
      const tick = { stageIndex: treatment > 2 ? 1 : 0, strata: [stratum] };
      const state = foldTick(config, foldTick(config, createEngine(config), tick), { ...tick, strata: [] });
      mean += p * Math.exp(readEngine(config, state, { alpha: 0.05, weights: { g: 1 } }).logEvidence);
    }
    expect(mean).toBeCloseTo(1, 9);
  });

  test('1, for the sizes of the arms', () => {
    const config: EngineConfig = { stageCount: 1, guards: [] };
    let mean = 0;
    for (const [treatment, p] of binomial(40, share)) {
      const tick: Tick = {
        stageIndex: 0,
        strata: [{ stageIndex: 0, treatmentShare: share, units: { control: 40 - treatment, treatment }, guards: {} }],
      };
      const state = foldTick(config, createEngine(config), tick);
      mean += p * Math.exp(readEngine(config, state, { alpha: 0.05, weights: {} }).sampleRatio.logEvidence);
    }
    expect(mean).toBeCloseTo(1, 9);
  });
});

function eValue(guard: EngineGuard, sums: readonly ArmPair<GuardSums>[], treatmentShare: number): number {
  const config: EngineConfig = { stageCount: 1, guards: [guard] };
  const state = sums.reduce((state, g) => {
    const stratum = { stageIndex: 0, treatmentShare, units: { control: 0, treatment: 0 }, guards: { g } };
    return foldTick(config, state, { stageIndex: 0, strata: [stratum] });
  }, createEngine(config));
  return Math.exp(readEngine(config, state, { alpha: 0.05, weights: { g: 1 } }).logEvidence);
}

/** Every count with its probability. */
function binomial(of: number, share: number): readonly (readonly [number, number])[] {
  let p = (1 - share) ** of;
  return Array.from({ length: of + 1 }, (_, count) => {
    const outcome = [count, p] as const;
    p *= ((of - count) / (count + 1)) * (share / (1 - share));
    return outcome;
  });
}
