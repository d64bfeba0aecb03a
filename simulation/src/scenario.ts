import type { Metric, RolloutPlan } from '@tidegate/analysis';
import type { SeededRandom } from '@tidegate/testkit';

/** What happens outside Tidegate during one rollout: who visits, and how often what fails. */
export interface Scenario {
  readonly name: string;
  readonly plan: RolloutPlan;
  readonly metrics: readonly Metric[];
  /** Units that ever visit; a unit may visit many times. With `returning` false every visit is a new unit. */
  readonly population: number;
  readonly returning: boolean;
  readonly tickCount: number;
  readonly visitsAt: (tick: number) => number;
  /** Probability that a visit in control counts for the metric of this index, before the unit's own propensity. */
  readonly rateAt: (metric: number, tick: number) => number;
  /** How many times as often a visit in treatment counts. 1 is a harmless flag. */
  readonly ratio: readonly number[];
  /** With caps in the plan, all of one segment: its units, who fail more often than others in either arm. */
  readonly isCapped?: (unit: number) => boolean;
}

/** How many times as often a visit of a capped unit counts, whatever it is served. */
export const CAPPED_FACTOR = 3;

export const TICK_MS = 10_000;
export const ALPHA = 0.05;

const errors: Metric = {
  key: 'errors',
  kind: 'binary',
  description: '',
  event: '$error',
  harm: 'up',
  browserEvidence: true,
  revision: 1,
};
const purchases: Metric = {
  key: 'purchases',
  kind: 'binary',
  description: '',
  event: 'purchase',
  harm: 'down',
  browserEvidence: true,
  revision: 1,
};

function planOf(overrides: Partial<RolloutPlan> & Pick<RolloutPlan, 'stages' | 'guards'>): RolloutPlan {
  return {
    flagKey: 'new-checkout',
    rule: 'fallthrough',
    treatment: 'on',
    control: 'off',
    unit: 'targetingKey',
    bakeMs: 16 * TICK_MS,
    alpha: ALPHA,
    noDataMs: 30 * TICK_MS,
    confirmMs: TICK_MS,
    ...overrides,
  };
}

/**
 * A flag that harms nobody, under everything that fools a test: traffic and base rates that swing while the ramp rises
 * (a failure shared by both arms for a while, too), units that return under other stages, some of them far likelier to
 * fail than others, stages left early or late as the data say, and segments that fail more often and are capped in every
 * fourth. Errors at 1 % in every other rollout.
 */
export function healthyScenario(random: SeededRandom): Scenario {
  const between = (low: number, high: number) => low * (high / low) ** random.next();
  const errorRate = random.next() < 0.5 ? 0.01 : between(0.002, 0.1);
  const purchaseRate = between(0.01, 0.2);
  const visits = between(40, 160);
  const [trafficPhase, ratePhase] = [random.next(), random.next()];
  const [outageFrom, outageFactor] = [random.int(0, TICKS), between(1, 8)];
  const swing = (tick: number, phase: number) => Math.sin(2 * Math.PI * (tick / 70 + phase));
  const safeRatio = random.next() < 0.5 ? {} : { safeRatio: between(1.5, 4) };
  const isSampled = random.next() < 0.25;
  const someCapped = random.next() < 0.25 ? capped : (uncapped: Scenario) => uncapped;
  return someCapped({
    name: 'healthy',
    plan: planOf({
      stages: [10_000, 50_000, 250_000, 500_000, 1_000_000].map((treatmentPpm, index) => ({
        treatmentPpm,
        dwellMs: random.int(4, 28) * TICK_MS,
        minUnits: 10,
        ...(index === 2 ? safeRatio : {}),
      })),
      guards:
        random.next() < 0.5
          ? [{ metric: 'errors', weight: 1 }]
          : [
              { metric: 'errors', weight: 2 },
              { metric: 'purchases', weight: 1 },
            ],
      ...(isSampled ? { controlSamplePpm: 400_000 } : {}),
    }),
    metrics: [errors, purchases],
    population: Math.round(visits * between(10, 80)),
    returning: true,
    tickCount: TICKS,
    visitsAt: (tick) => Math.round(visits * (1 + 0.6 * swing(tick, trafficPhase))),
    rateAt: (metric, tick) => {
      const outage = tick >= outageFrom && tick < outageFrom + 10 ? outageFactor : 1;
      return (metric === 0 ? errorRate * outage : purchaseRate) * (1 + 0.7 * swing(tick, ratePhase));
    },
    ratio: [1, 1],
  });
}

const TICKS = 120;

/** Errors double from 1 % to 2 % in a stage of 10 % that is never left, with a new unit at every visit. */
export function doublingScenario(): Scenario {
  const forever = { dwellMs: 86_400_000, minUnits: 1 };
  return {
    name: 'doubling',
    plan: planOf({
      stages: [
        { treatmentPpm: 100_000, ...forever },
        { treatmentPpm: 1_000_000, ...forever },
      ],
      guards: [{ metric: 'errors', weight: 1 }],
    }),
    metrics: [errors],
    population: 0,
    returning: false,
    tickCount: 3_000,
    visitsAt: () => 50,
    rateAt: () => 0.01,
    ratio: [2],
  };
}

/** Failures rise from 2 % to 8 % on the ramp that a plan has by default. */
export function brokenScenario(): Scenario {
  return {
    name: 'broken',
    plan: planOf({
      stages: [10_000, 50_000, 250_000, 500_000, 1_000_000].map((treatmentPpm) => ({
        treatmentPpm,
        dwellMs: 60 * TICK_MS,
        minUnits: 100,
      })),
      guards: [{ metric: 'errors', weight: 1 }],
    }),
    metrics: [errors],
    population: 50_000,
    returning: true,
    tickCount: 1_000,
    visitsAt: () => 100,
    rateAt: () => 0.02,
    ratio: [4],
  };
}

/** Failures double, on a plan that gives it to everybody before anybody can see that. */
export function hastyScenario(): Scenario {
  const broken = brokenScenario();
  const stages = [250_000, 500_000, 1_000_000].map((treatmentPpm) => ({ treatmentPpm, dwellMs: 0, minUnits: 1 }));
  return { ...broken, name: 'hasty', ratio: [2], plan: { ...broken.plan, stages, bakeMs: 600 * TICK_MS } };
}

/** Every fourth unit, of a segment that never gets more than the share of the stage before the last but one. */
export function capped(scenario: Scenario): Scenario {
  const { plan } = scenario;
  const maxTreatmentPpm = plan.stages.at(-3)?.treatmentPpm ?? 0;
  const caps = [{ condition: { segment: 'frail' }, maxTreatmentPpm }];
  return { ...scenario, plan: { ...plan, caps }, isCapped: (unit) => unit % 4 === 0 };
}
