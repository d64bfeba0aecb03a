import { type EngineGuard, informationBound, type RateGuard, type TickStratum } from '@tidegate/analysis';
import type { Draws } from './draws.ts';
import { ALPHA, type Arrivals, arrivalsOf, rampOf, type Stage, type Study, type StudyTick } from './study.ts';

/** How often units of either arm count, and how many units come. */
export interface RateSituation {
  readonly name: string;
  readonly harm: 'up' | 'down';
  readonly law: RateGuard['law'];
  readonly shares: readonly number[];
  readonly tickCount: number;
  /** Mean of units that come in a tick. */
  readonly meanUnits: (tick: number) => number;
  readonly controlRate: (tick: number) => number;
  /** Treatment's rate over control's, once the harm has begun; one number a guard. */
  readonly ratios: readonly number[];
  readonly onsetTick?: number;
  readonly boundUnits: number | null;
}

/** Units that count at once: errors, crashes, conversions that are known with the exposure. */
export function rateStudy(situation: RateSituation): Study {
  const { harm, law, onsetTick = 0, ratios, shares, tickCount } = situation;
  const guards = ratios.map((_, index): EngineGuard => ({ kind: 'rate', key: `guard-${index}`, harm, law }));
  const stageAt = rampOf(shares, tickCount);
  return {
    name: situation.name,
    config: { stageCount: shares.length, guards },
    asks: 'kill',
    tickCount,
    boundUnits: situation.boundUnits,
    onsetTick,
    *ticks(draws) {
      for (let tick = 0; tick < tickCount; tick++) {
        const stage = stageAt(tick);
        const arrivals = arrivalsOf(draws, situation.meanUnits(tick), stage.share);
        const rate = situation.controlRate(tick);
        yield tickOf(stage, arrivals, {
          guards: ratios.map((ratio) => ({
            control: draws.binomial(arrivals.control, rate),
            treatment: draws.binomial(arrivals.treatment, Math.min(1, rate * (tick < onsetTick ? 1 : ratio))),
          })),
        });
      }
    },
  };
}

function tickOf(stage: Stage, arrivals: Arrivals, { guards }: { guards: readonly Arrivals[] }): StudyTick {
  const stratum = rateStratum(stage, arrivals, guards);
  return {
    tick: { stageIndex: stage.stageIndex, strata: [stratum] },
    units: arrivals.control + arrivals.treatment,
    treated: arrivals.treatment,
  };
}

/** Increments of one stratum, with a guard `guard-0`, `guard-1`, … for each pair of counts. */
export function rateStratum(stage: Stage, units: Arrivals, events: readonly Arrivals[]): TickStratum {
  const sums = (arm: keyof Arrivals, event: Arrivals) =>
    ({ kind: 'rate', units: units[arm], events: event[arm] }) as const;
  return {
    stageIndex: stage.stageIndex,
    treatmentShare: stage.share,
    units,
    guards: Object.fromEntries(
      events.map((event, index) => [
        `guard-${index}`,
        { control: sums('control', event), treatment: sums('treatment', event) },
      ]),
    ),
  };
}

/** A harm under traffic that makes the bound `boundTicks` ticks long, so that the grain of ticks hardly shows. */
export function harmfulRate(of: {
  /** What is counted, where the name must say it. */
  of?: string;
  rate: number;
  ratio: number;
  share: number;
  law: RateGuard['law'];
  boundTicks: number;
  guardCount?: number;
}): Study {
  const { rate, ratio, share, guardCount = 1 } = of;
  const boundUnits = informationBound({
    controlRate: rate,
    treatmentRate: rate * ratio,
    treatmentShare: share,
    alpha: ALPHA,
  });
  const others = guardCount === 1 ? '' : ` in one of ${guardCount} guards`;
  return rateStudy({
    name: `${of.of === undefined ? '' : `${of.of} `}${100 * rate} % × ${ratio}${others}, ${100 * share} % treated`,
    harm: ratio > 1 ? 'up' : 'down',
    law: of.law,
    shares: [share],
    tickCount: 15 * of.boundTicks,
    meanUnits: () => Math.max(1, boundUnits / of.boundTicks),
    controlRate: () => rate,
    ratios: [ratio, ...new Array<number>(guardCount - 1).fill(1)],
    boundUnits,
  });
}

/** Units that convert after an exponential delay: their outcomes arrive in the stratum of their exposure. */
export function delayedStudy(of: {
  name: string;
  shares: readonly number[];
  tickCount: number;
  meanUnits: number;
  rate: number;
  ratio: number;
  meanDelayTicks: number;
}): Study {
  const { ratio, rate, shares, tickCount } = of;
  const stageAt = rampOf(shares, tickCount);
  return {
    name: of.name,
    config: {
      stageCount: shares.length,
      guards: [{ kind: 'rate', key: 'guard-0', harm: 'down', law: 'design' }],
    },
    asks: 'kill',
    tickCount,
    boundUnits: null,
    onsetTick: 0,
    *ticks(draws) {
      const due = new Map<number, { control: number; treatment: number }[]>();
      for (let tick = 0; tick < tickCount; tick++) {
        const stage = stageAt(tick);
        const arrivals = arrivalsOf(draws, of.meanUnits, stage.share);
        const conversions = {
          control: draws.binomial(arrivals.control, rate),
          treatment: draws.binomial(arrivals.treatment, rate * ratio),
        };
        for (const arm of ['control', 'treatment'] as const) {
          for (let nth = 0; nth < conversions[arm]; nth++) {
            const at = tick + Math.floor(draws.exponential(of.meanDelayTicks));
            const byStage = due.get(at) ?? shares.map(() => ({ control: 0, treatment: 0 }));
            const counts = byStage[stage.stageIndex];
            if (counts !== undefined) counts[arm] += 1;
            due.set(at, byStage);
          }
        }
        const events = due.get(tick) ?? [];
        due.delete(tick);
        yield {
          tick: { stageIndex: stage.stageIndex, strata: strataOfDelayed(shares, { stage, arrivals, events }) },
          units: arrivals.control + arrivals.treatment,
          treated: arrivals.treatment,
        };
      }
    },
  };
}

const NOBODY: Arrivals = { control: 0, treatment: 0 };

function strataOfDelayed(
  shares: readonly number[],
  now: { stage: Stage; arrivals: Arrivals; events: readonly Arrivals[] },
): readonly TickStratum[] {
  return shares.flatMap((share, stageIndex) => {
    const isNow = stageIndex === now.stage.stageIndex;
    const events = now.events[stageIndex] ?? NOBODY;
    if (!isNow && events.control + events.treatment === 0) return [];
    return rateStratum({ stageIndex, share }, isNow ? now.arrivals : NOBODY, [events]);
  });
}

/** Mean requests of a unit, and how alike the requests of one unit fail. */
const REQUESTS_MEAN = 10;
const INTRA_CLASS_CORRELATION = 0.3;

/** Requests fail together within a unit; a unit counts once, at its first failure. */
export function clusteredStudy(of: { ratio: number; share: number; meanUnits: number; tickCount: number }): Study {
  const { share, tickCount } = of;
  const spread = 1 / INTRA_CLASS_CORRELATION - 1;
  const failing = (draws: Draws, units: number, rate: number): number => {
    let count = 0;
    for (let unit = 0; unit < units; unit++) {
      const frailty = draws.beta(rate * spread, (1 - rate) * spread);
      const requests = draws.geometric(REQUESTS_MEAN);
      if (draws.uniform() < 1 - (1 - frailty) ** requests) count += 1;
    }
    return count;
  };
  return {
    name: `failures clustered in units, first failure counts${of.ratio === 1 ? '' : ` × ${of.ratio}`}`,
    config: { stageCount: 1, guards: [{ kind: 'rate', key: 'guard-0', harm: 'up', law: 'design' }] },
    asks: 'kill',
    tickCount,
    boundUnits: null,
    onsetTick: 0,
    *ticks(draws) {
      for (let tick = 0; tick < tickCount; tick++) {
        const arrivals = arrivalsOf(draws, of.meanUnits, share);
        yield tickOf({ stageIndex: 0, share }, arrivals, {
          guards: [
            {
              control: failing(draws, arrivals.control, 0.01),
              treatment: failing(draws, arrivals.treatment, 0.01 * of.ratio),
            },
          ],
        });
      }
    },
  };
}
