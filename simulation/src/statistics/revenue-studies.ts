import type { MeanSums } from '@tidegate/analysis';
import type { Draws } from './draws.ts';
import { arrivalsOf, type Study } from './study.ts';

/** Three units in a hundred buy, for a lognormal amount; the largest 0.1 % of the amounts are cut. */
const BUYING_RATE = 0.03;
const LOG_MEAN = 3;
const LOG_DEVIATION = 1.2;
const CAP = Math.exp(LOG_MEAN + 3.09 * LOG_DEVIATION);
/** 30 / 3 %: as many units as thirty purchases need. */
const MIN_UNITS = 1_000;

/** Mean and variance of a unit's revenue, before the cut. */
export const REVENUE = {
  mean: BUYING_RATE * Math.exp(LOG_MEAN + LOG_DEVIATION ** 2 / 2),
  variance:
    BUYING_RATE * Math.exp(2 * LOG_MEAN + 2 * LOG_DEVIATION ** 2) -
    (BUYING_RATE * Math.exp(LOG_MEAN + LOG_DEVIATION ** 2 / 2)) ** 2,
};

/** Treatment buys `lift` times as often. */
export function revenueStudy(of: {
  name: string;
  lift: number;
  share: number;
  tickCount: number;
  meanUnits: number;
  boundUnits: number | null;
}): Study {
  const { share, tickCount } = of;
  return {
    name: of.name,
    config: { stageCount: 1, guards: [{ kind: 'mean', key: 'revenue', harm: 'down', minUnits: MIN_UNITS }] },
    asks: 'kill',
    tickCount,
    boundUnits: of.boundUnits,
    onsetTick: 0,
    *ticks(draws) {
      for (let tick = 0; tick < tickCount; tick++) {
        const units = arrivalsOf(draws, of.meanUnits, share);
        const control = spend(draws, units.control, BUYING_RATE);
        const treatment = spend(draws, units.treatment, BUYING_RATE * of.lift);
        const stratum = { stageIndex: 0, treatmentShare: share, units, guards: { revenue: { control, treatment } } };
        yield {
          tick: { stageIndex: 0, strata: [stratum] },
          units: units.control + units.treatment,
          treated: units.treatment,
        };
      }
    },
  };
}

function spend(draws: Draws, units: number, rate: number): MeanSums {
  let [sum, sumSquares] = [0, 0];
  const buyers = draws.binomial(units, rate);
  for (let buyer = 0; buyer < buyers; buyer++) {
    const amount = Math.min(CAP, draws.lognormal(LOG_MEAN, LOG_DEVIATION));
    sum += amount;
    sumSquares += amount * amount;
  }
  return { kind: 'mean', units, sum, sumSquares };
}
