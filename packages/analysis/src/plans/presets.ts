import type { RolloutStage } from '../rollout/plan.ts';
import type { PlanWords } from './plan-words.ts';
import type { PresetName, WrittenPreset } from './written-plan.ts';

const MINUTE_MS = 60_000;
const FULL_PPM = 1_000_000;

/** The shortest stay where none is said: long enough for somebody to look, and for most outcomes to come. */
export const DWELL_DEFAULT_MS = 10 * MINUTE_MS;
/** Units in each arm before a stage is left where none are said: enough that a broken page shows. */
export const MIN_UNITS_DEFAULT = 100;
/** Stages of one rollout; more would be finer than any evidence. */
export const STAGES_MAX = 50;

/** What each preset may be told. */
const OPTIONS: Readonly<Record<PresetName, readonly (keyof WrittenPreset)[]>> = {
  standard: ['minUnits'],
  linear: ['step', 'stepPpm', 'dwell', 'dwellMs', 'minUnits'],
  exponential: ['from', 'fromPpm', 'factor', 'dwell', 'dwellMs', 'minUnits'],
  'canary-10-30m': ['minUnits'],
  instant: ['minUnits'],
};

/** The stages of a preset, to 100 %. What cannot be read is a flaw, and gives the stages of what could be. */
export function stagesOfPreset(preset: PresetName | WrittenPreset, words: PlanWords): RolloutStage[] {
  const written = typeof preset === 'string' ? { name: preset } : preset;
  const { name, minUnits = MIN_UNITS_DEFAULT } = written;
  for (const option of optionsOf(written)) {
    if (OPTIONS[name].includes(option)) continue;
    words.refuse(['preset', option], `The preset ${name} takes ${OPTIONS[name].join(', ')}; leave ${option} out.`);
  }
  return sharesOf(written, words).map(([treatmentPpm, dwellMs]) => ({ treatmentPpm, dwellMs, minUnits }));
}

function optionsOf(written: WrittenPreset): (keyof WrittenPreset)[] {
  const { name, ...options } = written;
  // The rest of an object has no keys but its own type's.
  return Object.keys(options) as (keyof WrittenPreset)[];
}

/** Shares of treatment and how long each stays. */
function sharesOf(written: WrittenPreset, words: PlanWords): readonly (readonly [number, number])[] {
  switch (written.name) {
    case 'standard':
      return [
        [50_000, 30 * MINUTE_MS],
        [250_000, 30 * MINUTE_MS],
        [500_000, 60 * MINUTE_MS],
        [FULL_PPM, 0],
      ];
    case 'canary-10-30m':
      return [
        [100_000, 30 * MINUTE_MS],
        [FULL_PPM, 0],
      ];
    case 'instant':
      return [[FULL_PPM, 0]];
    case 'linear': {
      const stepPpm = words.sharePpm({ text: written.step, value: written.stepPpm }, ['preset', 'step']) ?? 100_000;
      return ramp(written, words, { fromPpm: stepPpm, next: (ppm) => ppm + stepPpm });
    }
    case 'exponential': {
      const { factor = 2 } = written;
      const fromPpm = words.sharePpm({ text: written.from, value: written.fromPpm }, ['preset', 'from']) ?? 10_000;
      return ramp(written, words, { fromPpm, next: (ppm) => Math.round(ppm * factor) });
    }
    default:
      throw written.name satisfies never;
  }
}

function ramp(
  written: WrittenPreset,
  words: PlanWords,
  { fromPpm, next }: { fromPpm: number; next: (ppm: number) => number },
): readonly (readonly [number, number])[] {
  const dwell = words.durationMs({ text: written.dwell, value: written.dwellMs }, ['preset', 'dwell']);
  const dwellMs = dwell ?? DWELL_DEFAULT_MS;
  const shares: [number, number][] = [];
  for (let ppm = fromPpm; ppm < FULL_PPM; ppm = next(ppm)) {
    const isStuck = ppm <= (shares.at(-1)?.[0] ?? 0);
    if (isStuck || shares.length >= STAGES_MAX - 1) {
      words.refuse(
        ['preset'],
        `The preset ${written.name} does not reach 100 % within ${STAGES_MAX} stages: take larger steps.`,
        'invalid-stages',
      );
      break;
    }
    shares.push([ppm, dwellMs]);
  }
  return [...shares, [FULL_PPM, 0]];
}
