import { createEngine, type EngineConfig, foldTick, readEngine } from '@tidegate/analysis';
import { seededRandom } from '@tidegate/testkit';
import { drawsOf } from './draws.ts';
import { rateStratum } from './rate-studies.ts';
import { ALPHA, ALPHA_SAMPLE_RATIO, arrivalsOf, TICKS_PER_MINUTE } from './study.ts';

const SHARES: readonly number[] = [0.01, 0.05, 0.25, 0.5];
/** What each stage must rule out before it is left, or half an hour. */
const MARGINS: readonly number[] = [10, 3, 1.5, 1.2];
const ALPHA_RAMP = 0.1;
const STAGE_TICKS_MIN = 6;
const STAGE_TICKS_MAX = 180;
const TICKS_MAX = 1_500;
/** Twenty units a second, one in a hundred of which fails. */
const UNITS_A_TICK = 200;
const RATE = 0.01;

const config: EngineConfig = {
  stageCount: SHARES.length,
  guards: [{ kind: 'rate', key: 'guard-0', harm: 'up', law: 'design', margins: MARGINS }],
};

/** How a ramp ended that the evidence drives. */
interface RampRun {
  readonly end: 'full' | 'killed' | 'neither';
  readonly minutes: number;
  readonly treated: number;
}

/** A ramp of 1, 5, 25 and 50 % whose stages are left on proof, at a failure rate that treatment multiplies by `ratio`. */
function runRamp(seed: number, ratio: number): RampRun {
  const draws = drawsOf(seededRandom(seed));
  let state = createEngine(config);
  let [stageIndex, enteredAtTick, treated] = [0, 0, 0];
  for (let tick = 0; tick < TICKS_MAX; tick++) {
    const share = SHARES[stageIndex] ?? 1;
    const units = arrivalsOf(draws, UNITS_A_TICK, share);
    const failures = {
      control: draws.binomial(units.control, RATE),
      treatment: draws.binomial(units.treatment, RATE * ratio),
    };
    treated += units.treatment;
    state = foldTick(config, state, {
      stageIndex,
      strata: [rateStratum({ stageIndex, share }, units, [failures])],
    });
    const minutes = (tick + 1) / TICKS_PER_MINUTE;
    const reading = readEngine(config, state, {
      alpha: ALPHA,
      alphaSampleRatio: ALPHA_SAMPLE_RATIO,
      alphaRamp: ALPHA_RAMP,
      weights: { 'guard-0': 1 },
    });
    if (reading.killedBy !== null) return { end: 'killed', minutes, treated };
    const age = tick - enteredAtTick + 1;
    const isProven = age >= STAGE_TICKS_MIN && reading.guards.every(({ safety }) => safety?.isSafe === true);
    if (reading.sampleRatio.isMismatch || !(isProven || age >= STAGE_TICKS_MAX)) continue;
    stageIndex += 1;
    enteredAtTick = tick + 1;
    if (stageIndex === SHARES.length) return { end: 'full', minutes, treated };
  }
  return { end: 'neither', minutes: TICKS_MAX / TICKS_PER_MINUTE, treated };
}

export interface RampReport {
  readonly runs: number;
  readonly killed: number;
  readonly full: number;
  /** Of the ramps that reached everyone; null when none did. */
  readonly medianMinutesToFull: number | null;
  /** Of the ramps that were killed; null when none was. */
  readonly meanTreatedAtKill: number | null;
}

export function reportRamps(ratio: number, seeds: readonly number[]): RampReport {
  const runs = seeds.map((seed) => runRamp(seed, ratio));
  const killed = runs.filter(({ end }) => end === 'killed');
  const full = runs.filter(({ end }) => end === 'full').map(({ minutes }) => minutes);
  return {
    runs: runs.length,
    killed: killed.length,
    full: full.length,
    medianMinutesToFull: full.toSorted((one, other) => one - other)[full.length >> 1] ?? null,
    meanTreatedAtKill:
      killed.length === 0 ? null : killed.reduce((sum, { treated }) => sum + treated, 0) / killed.length,
  };
}
