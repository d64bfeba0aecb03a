import { describe, expect, test } from 'vitest';
import type { ArmCounts, EvidenceSummary, StratumSummary } from '../evidence/summary.ts';
import { type AssessInput, assess } from './assess.ts';
import type { EngineConfig } from './engine/engine-config.ts';
import { createEngine } from './engine/engine-state.ts';
import { foldTick } from './engine/fold-tick.ts';
import type { Tick } from './engine/tick.ts';

function stratum(overrides: Partial<StratumSummary> & { errors?: ArmCounts } = {}): StratumSummary {
  const { errors = { control: 0, treatment: 0 }, ...rest } = overrides;
  const units = { control: 900, treatment: 100 };
  return { stageIndex: 0, formerControlOf: null, treatmentShare: 0.1, units, events: { errors }, ...rest };
}

function summaryOf(strata: readonly StratumSummary[], overrides: Partial<EvidenceSummary> = {}): EvidenceSummary {
  return {
    rolloutId: 'r1',
    epoch: 1,
    guards: [{ metric: 'errors', harm: 'up' }],
    strata,
    crossoverCount: 0,
    unmatchedOutcomeCount: 0,
    waitingOutcomeCount: 0,
    browserUnitCount: 250,
    unitCount: 1_000,
    lastExposureAtMs: 1_000,
    newestRecordAtMs: 1_000,
    ...overrides,
  };
}

function assessed(strata: readonly StratumSummary[], overrides: Partial<AssessInput> = {}) {
  const assessment = assess({
    summary: summaryOf(strata),
    guards: [{ metric: 'errors', weight: 1 }],
    alpha: 0.05,
    stageIndex: 0,
    stage: { treatmentPpm: 100_000 },
    ...overrides,
  });
  const [guard] = assessment.guards;
  if (guard === undefined) throw new Error('No guard was assessed.');
  return { assessment, guard };
}

describe('a guard', () => {
  test('fails when treatment counts too often for chance, and kills the rollout', () => {
    const { assessment, guard } = assessed([stratum({ errors: { control: 9, treatment: 12 } })]);
    expect(guard.verdict).toBe('failed');
    expect(assessment.verdict).toBe('failed');
    expect(assessment.logEvidence).toBeGreaterThan(assessment.logThreshold);
    expect(guard.ratioInterval.low).toBeGreaterThan(1);
  });

  test('whose harm is down fails when treatment counts too seldom', () => {
    const units = { control: 500, treatment: 500 };
    const strata = [stratum({ treatmentShare: 0.5, units, errors: { control: 100, treatment: 50 } })];
    const up = assessed(strata);
    const down = assessed(strata, { summary: summaryOf(strata, { guards: [{ metric: 'errors', harm: 'down' }] }) });
    expect(up.guard.verdict).toBe('running');
    expect(down.guard.verdict).toBe('failed');
    expect(down.guard.ratioInterval.high).toBeLessThan(1);
  });

  test('compares within strata, so that a base rate that rises with the ramp is no harm', () => {
    // 1 % fail early and 10 % later, in both arms alike; summed over stages treatment looks three times worse.
    const early = stratum({
      treatmentShare: 0.1,
      units: { control: 9_000, treatment: 1_000 },
      errors: { control: 90, treatment: 10 },
    });
    const late = stratum({
      stageIndex: 1,
      treatmentShare: 0.5,
      units: { control: 1_000, treatment: 1_000 },
      errors: { control: 100, treatment: 100 },
    });
    const { guard } = assessed([early, late]);
    expect(guard.units).toEqual({ control: 10_000, treatment: 2_000 });
    expect(guard.ratio).toBeCloseTo(1, 3);
    expect(guard.verdict).toBe('running');
  });

  test('has no data while an arm has no unit, and no control where everybody is treated', () => {
    expect(assessed([]).guard.verdict).toBe('no_data');
    expect(assessed([stratum({ units: { control: 3, treatment: 0 } })]).guard.verdict).toBe('no_data');
    const full = stratum({
      treatmentShare: 1,
      units: { control: 0, treatment: 500 },
      errors: { control: 0, treatment: 400 },
    });
    const { guard } = assessed([full], { stage: { treatmentPpm: 1_000_000 } });
    expect(guard).toMatchObject({
      verdict: 'no_control',
      logEvidence: 0,
      ratio: null,
      ratioInterval: { low: null, high: null },
    });
  });

  test('without any event has no evidence either way', () => {
    const { guard } = assessed([stratum()], { stage: { treatmentPpm: 100_000, safeRatio: 1.5 } });
    expect(guard).toMatchObject({ verdict: 'running', logEvidence: 0, logSafety: 0, ratio: null });
    expect(guard.outlook).toBe('No unit counted yet in either arm; evidence grows only when units count.');
  });

  test('whose metric the epoch does not collect is an error, and adds nothing to the evidence', () => {
    const { assessment, guard } = assessed([stratum()], { guards: [{ metric: 'gone', weight: 1 }] });
    expect(guard.verdict).toBe('error');
    expect(assessment.logEvidence).toBe(0);
  });

  test('is safe once evidence of this stage rules the margin out', () => {
    const errors = { control: 90, treatment: 10 };
    const stage = { treatmentPpm: 100_000, safeRatio: 2 };
    expect(assessed([stratum({ errors })], { stage }).guard.verdict).toBe('safe');
    expect(assessed([stratum({ errors })], { stage, stageIndex: 1 }).guard).toMatchObject({
      verdict: 'running',
      logSafety: 0,
    });
  });

  test('is inconclusive while the sample ratio is wrong, for the arms are not what they were designed to be', () => {
    const { assessment, guard } = assessed([stratum({ units: { control: 10_000, treatment: 700 } })]);
    expect(assessment.sampleRatio.verdict).toBe('failed');
    expect(assessment.sampleRatio.oddsRatio).toBeCloseTo(0.63, 2);
    expect(guard.verdict).toBe('inconclusive');
  });
});

describe('several guards', () => {
  const guards = [
    { metric: 'errors', weight: 3 },
    { metric: 'slow', weight: 1 },
  ];
  const both = {
    guards: [
      { metric: 'errors', harm: 'up' as const },
      { metric: 'slow', harm: 'up' as const },
    ],
  };

  test('share one alpha: the e-values are averaged by weight', () => {
    const strata = [stratum({ events: { errors: { control: 3, treatment: 1 }, slow: { control: 0, treatment: 3 } } })];
    const { assessment } = assessed(strata, { guards, summary: summaryOf(strata, both) });
    const [errors, slow] = assessment.guards;
    expect(errors?.weight).toBe(0.75);
    expect(Math.exp(assessment.logEvidence)).toBeCloseTo(
      0.75 * Math.exp(errors?.logEvidence ?? 0) + 0.25 * Math.exp(slow?.logEvidence ?? 0),
      9,
    );
  });

  test('blame the one that adds most when only together they suffice', () => {
    const strata = [stratum({ events: { errors: { control: 0, treatment: 3 }, slow: { control: 2, treatment: 3 } } })];
    const { assessment } = assessed(strata, { guards, alpha: 1 / 36, summary: summaryOf(strata, both) });
    const [errors, slow] = assessment.guards;
    expect(assessment.logEvidence).toBeGreaterThan(assessment.logThreshold);
    expect(Math.log(0.75) + (errors?.logEvidence ?? 0)).toBeLessThan(assessment.logThreshold);
    expect([errors?.verdict, slow?.verdict]).toEqual(['failed', 'running']);
  });
});

describe('the outlook', () => {
  test('says how many more units show harm at the present rates', () => {
    const strata = [stratum({ units: { control: 900, treatment: 100 }, errors: { control: 9, treatment: 4 } })];
    expect(assessed(strata).guard.outlook).toMatch(/^At the present rates about [\d,]+ more units show harm\.$/);
  });

  test('says how many more show safety, and when neither will come', () => {
    const strata = [stratum({ errors: { control: 9, treatment: 1 } })];
    const stage = { treatmentPpm: 100_000, safeRatio: 1.5 };
    expect(assessed(strata, { stage }).guard.outlook).toMatch(
      /^At the present rates no harm will show\. About [\d,]+ more show that the ratio is better than 1\.5\.$/,
    );
    const units = { control: 500, treatment: 500 };
    const worse = [stratum({ treatmentShare: 0.5, units, errors: { control: 100, treatment: 103 } })];
    expect(assessed(worse, { stage: { treatmentPpm: 500_000, safeRatio: 1.01 } }).guard.outlook).toContain(
      'will not show',
    );
  });

  test('says that nothing but late outcomes can count at 100 %, unless it has a limit', () => {
    const strata = [stratum({ errors: { control: 9, treatment: 1 } })];
    const stage = { treatmentPpm: 1_000_000 };
    const { guard } = assessed(strata, { stage });
    expect(guard).toMatchObject({ verdict: 'no_control', outlook: expect.stringContaining('only late outcomes') });
    const limit = { maxRate: 0.05, units: 100, events: 1 };
    const limited = summaryOf(strata, { guards: [{ metric: 'errors', harm: 'up', limit }] });
    const outlook = expect.stringContaining('absolute limit decides');
    expect(assessed(strata, { stage, summary: limited }).guard).toMatchObject({ verdict: 'running', outlook });
  });
});

describe('a guard that only observes', () => {
  const guards = [
    { metric: 'errors', weight: 1 },
    { metric: 'slow', weight: 1, mode: 'observe' as const },
  ];
  const both = {
    guards: [
      { metric: 'errors', harm: 'up' as const },
      { metric: 'slow', harm: 'up' as const },
    ],
  };

  test('says what it would say, and neither kills nor takes part of alpha', () => {
    const strata = [stratum({ events: { errors: { control: 9, treatment: 1 }, slow: { control: 0, treatment: 12 } } })];
    const { assessment } = assessed(strata, { guards, summary: summaryOf(strata, both) });
    const [errors, slow] = assessment.guards;
    expect(slow).toMatchObject({ verdict: 'failed', weight: 0 });
    expect(errors).toMatchObject({ verdict: 'running', weight: 1 });
    expect(assessment.logEvidence).toBe(errors?.logEvidence);
    expect(assessment.verdict).toBe('running');
  });
});

describe('ticks', () => {
  const config: EngineConfig = {
    stageCount: 2,
    guards: [
      { key: 'errors', kind: 'rate', law: 'design', harm: 'up', margins: [3, 1.5] },
      { key: 'errors:limit', kind: 'limit', maxRate: 0.02 },
    ],
  };
  const tickOf = (stageIndex: number, errors: ArmCounts, units = { control: 900, treatment: 100 }): Tick => ({
    stageIndex,
    strata: [
      {
        stageIndex,
        treatmentShare: 0.1,
        units,
        guards: {
          errors: {
            control: { kind: 'rate', units: units.control, events: errors.control },
            treatment: { kind: 'rate', units: units.treatment, events: errors.treatment },
          },
        },
      },
    ],
  });
  const limited = (units: number, events: number): Tick => ({
    stageIndex: 0,
    strata: [
      {
        stageIndex: 0,
        treatmentShare: 1,
        units: { control: 0, treatment: 0 },
        guards: {
          'errors:limit': {
            control: { kind: 'rate', units: 0, events: 0 },
            treatment: { kind: 'rate', units, events },
          },
        },
      },
    ],
  });
  const nothing: Tick = { stageIndex: 0, strata: [] };
  const withTicks = (closed: readonly Tick[], pending: Tick, overrides: Partial<AssessInput> = {}) => {
    const state = closed.reduce((state, tick) => foldTick(config, state, tick), createEngine(config));
    const summary = summaryOf([stratum()], { ticks: { config, state, pending } });
    return assessed([], { summary, ...overrides });
  };

  test('that are not closed yet count as well', () => {
    const harm = tickOf(0, { control: 0, treatment: 9 });
    const open = withTicks([], harm);
    expect(open.assessment.verdict).toBe('failed');
    expect(open.assessment.logEvidence).toBe(withTicks([harm], nothing).assessment.logEvidence);
  });

  test('that tell too little of a mean say what its first look waits for', () => {
    const ofMean: EngineConfig = {
      stageCount: 1,
      guards: [{ key: 'errors', kind: 'mean', harm: 'up', minUnits: 100 }],
    };
    const measure = { kind: 'mean', windowMs: 60_000 } as const;
    const summary = summaryOf([stratum()], {
      guards: [{ metric: 'errors', harm: 'up', measure }],
      ticks: { config: ofMean, state: createEngine(ofMean), pending: nothing },
    });
    expect(assessed([], { summary }).guard.outlook).toContain('Not looked at yet');
  });

  test('find harm that begins late sooner than all of them in one sum would', () => {
    const quiet = Array.from({ length: 60 }, () => tickOf(0, { control: 9, treatment: 1 }));
    const late = Array.from({ length: 20 }, () => tickOf(0, { control: 9, treatment: 3 }));
    const { guard } = withTicks([...quiet, ...late], nothing);
    const inOneSum = assessed([stratum({ errors: { control: 80 * 9, treatment: 60 + 60 } })]);
    expect(guard.logEvidence).toBeGreaterThan(inOneSum.guard.logEvidence + 1);
  });

  test('a stage is safe by its own ticks alone', () => {
    const safe = tickOf(0, { control: 200, treatment: 10 });
    expect(withTicks([safe], nothing).guard).toMatchObject({ verdict: 'safe' });
    expect(withTicks([safe], nothing, { stageIndex: 1 }).guard).toMatchObject({ verdict: 'running', logSafety: 0 });
    const second = { stageIndex: 1, stage: { treatmentPpm: 500_000 } };
    expect(withTicks([safe], tickOf(1, { control: 300, treatment: 10 }), second).guard.verdict).toBe('safe');
  });

  test('a limit of its own kills a metric, at half of its weight, without any control', () => {
    const { guard, assessment } = withTicks([limited(1_000, 60)], nothing);
    expect(guard.verdict).toBe('failed');
    expect(assessment.logEvidence).toBeGreaterThan(assessment.logThreshold);
    expect(withTicks([limited(1_000, 20)], nothing).guard.verdict).toBe('running');
  });
});

test('the share of browser evidence is told', () => {
  expect(assessed([stratum()]).assessment.browserShare).toBe(0.25);
});
