import { arrivalsOf, rampOf, type Study } from './study.ts';

/** Arms whose true odds of treatment are `odds` times the designed ones. */
export function sampleRatioStudy(of: {
  name: string;
  odds: number;
  shares: readonly number[];
  tickCount: number;
  meanUnits: number;
  boundUnits: number | null;
}): Study {
  const stageAt = rampOf(of.shares, of.tickCount);
  return {
    name: of.name,
    config: { stageCount: of.shares.length, guards: [] },
    asks: 'sample-ratio',
    tickCount: of.tickCount,
    boundUnits: of.boundUnits,
    onsetTick: 0,
    *ticks(draws) {
      for (let tick = 0; tick < of.tickCount; tick++) {
        const { share, stageIndex } = stageAt(tick);
        const units = arrivalsOf(draws, of.meanUnits, (share * of.odds) / (share * of.odds + 1 - share));
        yield {
          tick: { stageIndex, strata: [{ stageIndex, treatmentShare: share, units, guards: {} }] },
          units: units.control + units.treatment,
          treated: units.treatment,
        };
      }
    },
  };
}
