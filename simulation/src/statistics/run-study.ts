import { createEngine, foldTick, readEngine } from '@tidegate/analysis';
import { seededRandom } from '@tidegate/testkit';
import { drawsOf } from './draws.ts';
import { ALPHA, ALPHA_SAMPLE_RATIO, type Study } from './study.ts';

/** How one run ended. */
export interface StudyRun {
  /** The tick in which the engine said what the study asks; null when it never did. */
  readonly stoppedAtTick: number | null;
  /** Units exposed from the onset of the harm to the end, both arms, and those of them in treatment. */
  readonly units: number;
  readonly treated: number;
}

export interface StudyReport {
  readonly runs: number;
  readonly stopped: number;
  /** Stopped before any harm was done. */
  readonly stoppedBeforeOnset: number;
  /** Over runs that were not stopped before the onset; runs that were never stopped count with all their units. */
  readonly meanUnits: number;
  readonly meanTreated: number;
  /** Units over the bound with their standard error; null without a bound. */
  readonly ratio: { readonly mean: number; readonly error: number } | null;
}

export function runStudy(study: Study, seeds: readonly number[]): StudyReport {
  const runs = seeds.map((seed) => runOnce(study, seed));
  const isEarly = ({ stoppedAtTick }: StudyRun) => stoppedAtTick !== null && stoppedAtTick < study.onsetTick;
  const counted = runs.filter((run) => !isEarly(run));
  return {
    runs: runs.length,
    stopped: runs.filter(({ stoppedAtTick }) => stoppedAtTick !== null).length,
    stoppedBeforeOnset: runs.length - counted.length,
    meanUnits: meanOf(counted.map(({ units }) => units)),
    meanTreated: meanOf(counted.map(({ treated }) => treated)),
    ratio: study.boundUnits === null ? null : ratioOf(counted, study.boundUnits),
  };
}

function runOnce(study: Study, seed: number): StudyRun {
  const weights = Object.fromEntries(study.config.guards.map(({ key }) => [key, 1]));
  const terms = { alpha: ALPHA, alphaSampleRatio: ALPHA_SAMPLE_RATIO, alphaRamp: 0.1, weights };
  let state = createEngine(study.config);
  let [index, units, treated] = [0, 0, 0];
  for (const step of study.ticks(drawsOf(seededRandom(seed)))) {
    state = foldTick(study.config, state, step.tick);
    if (index >= study.onsetTick) {
      units += step.units;
      treated += step.treated;
    }
    const reading = readEngine(study.config, state, terms);
    const isStopped = study.asks === 'kill' ? reading.killedBy !== null : reading.sampleRatio.isMismatch;
    if (isStopped) return { stoppedAtTick: index, units, treated };
    index += 1;
  }
  return { stoppedAtTick: null, units, treated };
}

function ratioOf(runs: readonly StudyRun[], boundUnits: number): { mean: number; error: number } {
  const ratios = runs.map(({ units }) => units / boundUnits);
  const mean = meanOf(ratios);
  const variance = meanOf(ratios.map((ratio) => (ratio - mean) ** 2));
  return { mean, error: Math.sqrt(variance / ratios.length) };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The most stops that chance explains at `level`: it is passed in one of a thousand correct engines. */
export function mostByChance(runs: number, level: number): number {
  let probability = (1 - level) ** runs;
  let [count, below] = [0, probability];
  while (below < 0.999) {
    probability *= ((runs - count) / (count + 1)) * (level / (1 - level));
    count += 1;
    below += probability;
  }
  return count;
}
