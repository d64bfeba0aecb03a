import { informationPerUnit } from '@tidegate/analysis';
import { latencyShares, latencyStudy } from './latency-studies.ts';
import { clusteredStudy, delayedStudy, harmfulRate, rateStudy } from './rate-studies.ts';
import { REVENUE, revenueStudy } from './revenue-studies.ts';
import { sampleRatioStudy } from './sample-ratio-studies.ts';
import { ALPHA, ALPHA_SAMPLE_RATIO, type Study, seasonOf } from './study.ts';

const RAMP: readonly number[] = [0.01, 0.05, 0.25, 0.5];
/** Eight hours and twenty minutes; the ramps take four hours. */
const HEALTHY_TICKS = 3_000;
const RAMP_TICKS = 1_440;
const UNITS_A_TICK = 200;
const always = (value: number) => () => value;

/** The thirty cells of error rates: three base rates, two shares, five sizes of harm. */
export function errorCells(): readonly Study[] {
  return [0.1, 0.5].flatMap((share) =>
    [0.001, 0.01, 0.05].flatMap((rate) =>
      [1.1, 1.25, 1.5, 2, 10].map((ratio) => harmfulRate({ rate, ratio, share, law: 'design', boundTicks: 100 })),
    ),
  );
}

/** Data in which treatment harms nobody. Every kill is false. */
export function harmlessStudies(): readonly Study[] {
  const base = {
    harm: 'up',
    law: 'design',
    shares: [0.1],
    tickCount: HEALTHY_TICKS,
    meanUnits: always(UNITS_A_TICK),
    controlRate: always(0.01),
    ratios: [1],
    boundUnits: null,
  } as const;
  const ramp = { ...base, shares: RAMP, tickCount: RAMP_TICKS };
  const season = seasonOf(0.6, RAMP_TICKS);
  const traffic = seasonOf(0.5, RAMP_TICKS);
  const rising = (tick: number) => 0.01 * (1 + (2 * tick) / RAMP_TICKS);
  return [
    rateStudy({ ...base, name: 'flat, 1 guard' }),
    rateStudy({ ...base, name: 'flat, 5 guards', ratios: new Array<number>(5).fill(1) }),
    rateStudy({ ...base, name: 'flat, 20 guards', ratios: new Array<number>(20).fill(1) }),
    rateStudy({ ...base, name: 'flat, half treated', shares: [0.5] }),
    rateStudy({ ...ramp, name: 'ramped, 1 guard' }),
    rateStudy({ ...ramp, name: 'ramped, 5 guards', ratios: new Array<number>(5).fill(1) }),
    rateStudy({ ...ramp, name: 'ramped, errors triple meanwhile', controlRate: rising }),
    rateStudy({
      ...ramp,
      name: 'ramped, conversion falls by two thirds meanwhile',
      harm: 'down',
      controlRate: (tick) => 0.15 / (1 + (2 * tick) / RAMP_TICKS),
    }),
    rateStudy({
      ...ramp,
      name: 'ramped, season in rate and traffic',
      controlRate: (tick) => 0.01 * season(tick),
      meanUnits: (tick) => UNITS_A_TICK * traffic(tick),
    }),
    delayedStudy({
      name: 'ramped, conversions half an hour late',
      shares: RAMP,
      tickCount: RAMP_TICKS,
      meanUnits: UNITS_A_TICK,
      rate: 0.05,
      ratio: 1,
      meanDelayTicks: 180,
    }),
    clusteredStudy({ ratio: 1, share: 0.1, meanUnits: 40, tickCount: 800 }),
    rateStudy({
      ...base,
      name: 'conversion of 5 %, non-events counted',
      harm: 'down',
      law: 'hypergeometric',
      shares: [0.5],
      tickCount: 1_000,
      controlRate: always(0.05),
    }),
    latencyStudy({
      name: 'latency',
      shift: 1,
      tailShare: 0,
      tailFactor: 1,
      share: 0.1,
      tickCount: 500,
      meanUnits: 100,
      boundUnits: null,
    }),
    revenueStudy({ name: 'revenue', lift: 1, share: 0.5, tickCount: 600, meanUnits: 300, boundUnits: null }),
  ];
}

export function conversionStudies(): readonly Study[] {
  return [0.99, 0.98, 0.95, 0.9].map((ratio) =>
    harmfulRate({ of: 'conversion', rate: 0.05, ratio, share: 0.5, law: 'hypergeometric', boundTicks: 70 }),
  );
}

export function latencyShiftStudy(): Study {
  return harmfulLatency({ name: 'latency +10 %', shift: 1.1, tailShare: 0, tailFactor: 1 });
}

export function latencyTailStudy(): Study {
  return harmfulLatency({ name: 'latency, 2 % of requests × 5', shift: 1, tailShare: 0.02, tailFactor: 5 });
}

function harmfulLatency(of: { name: string; shift: number; tailShare: number; tailFactor: number }): Study {
  const [share, boundTicks] = [0.1, 80];
  const control = latencyShares({ shift: 1, tailShare: 0, tailFactor: 1 });
  const boundUnits = unitsFor(informationPerUnit({ kind: 'histogram', control, treatment: latencyShares(of) }, share));
  return latencyStudy({ ...of, share, tickCount: 6 * boundTicks, meanUnits: boundUnits / boundTicks, boundUnits });
}

export function revenueFallStudy(): Study {
  const [lift, share, boundTicks] = [0.9, 0.5, 60];
  const treatment = { mean: REVENUE.mean * lift, variance: REVENUE.variance };
  const boundUnits = unitsFor(informationPerUnit({ kind: 'mean', control: REVENUE, treatment }, share));
  return revenueStudy({
    name: 'revenue −10 %',
    lift,
    share,
    tickCount: 10 * boundTicks,
    meanUnits: boundUnits / boundTicks,
    boundUnits,
  });
}

function unitsFor(nats: number): number {
  return Math.log(1 / ALPHA) / nats;
}

/** One harm among several guards. */
export function oneOfManyStudy(guardCount: number): Study {
  return harmfulRate({ of: 'errors', rate: 0.01, ratio: 1.5, share: 0.5, law: 'design', boundTicks: 60, guardCount });
}

/** 49 instead of 50 in a hundred reach treatment. */
export function mismatchStudy(): Study {
  const [observed, designed] = [0.49, 0.5];
  const nats = observed * Math.log(observed / designed) + (1 - observed) * Math.log((1 - observed) / (1 - designed));
  return sampleRatioStudy({
    name: 'sample ratio 49 : 51',
    odds: observed / (1 - observed),
    shares: [designed],
    tickCount: 800,
    meanUnits: 345,
    boundUnits: Math.log(1 / ALPHA_SAMPLE_RATIO) / nats,
  });
}

export function evenSplitStudies(): readonly Study[] {
  const base = { odds: 1, tickCount: 2_000, meanUnits: 400, boundUnits: null };
  return [
    sampleRatioStudy({ ...base, name: 'sample ratio as designed, half and half', shares: [0.5] }),
    sampleRatioStudy({ ...base, name: 'sample ratio as designed, ramped', shares: RAMP }),
  ];
}

/** Healthy for twenty times the bound, and only then harmful. */
export function lateStudies(): readonly Study[] {
  return [
    { rate: 0.01, ratio: 2, share: 0.25 },
    { rate: 0.01, ratio: 1.5, share: 0.5 },
  ].map(({ rate, ratio, share }) => {
    const boundTicks = 60;
    const effect = { kind: 'rate', control: rate, treatment: rate * ratio } as const;
    const boundUnits = unitsFor(informationPerUnit(effect, share));
    return rateStudy({
      name: `late onset: 1 % × ${ratio}, ${100 * share} % treated`,
      harm: 'up',
      law: 'design',
      shares: [share],
      tickCount: 40 * boundTicks,
      onsetTick: 20 * boundTicks,
      meanUnits: always(boundUnits / boundTicks),
      controlRate: always(rate),
      ratios: [ratio],
      boundUnits,
    });
  });
}

/** Errors on a ramp of four hours: how many treated units it takes. */
export function rampedHarm(ratio: number): Study {
  return rateStudy({
    name: `errors 1 % × ${ratio} on a ramp`,
    harm: 'up',
    law: 'design',
    shares: RAMP,
    tickCount: RAMP_TICKS,
    meanUnits: always(UNITS_A_TICK),
    controlRate: always(0.01),
    ratios: [ratio],
    boundUnits: null,
  });
}
