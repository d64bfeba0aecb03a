import { bracketRoot } from '../bracket-root.ts';
import { type Baseline, effectOfRatio } from './baseline.ts';
import { informationPerUnit } from './information-per-unit.ts';
import { natsToKill } from './kill-forecast.ts';

/** A ratio of a million, or a millionth: further, nothing is left to tell apart. */
const LOG_RATIO_MAX = Math.log(1e6);
/** In ln(ratio): below the mildest harm that any traffic shows. */
const TOLERANCE = 1e-7;

/**
 * The mildest harm, as a ratio of treatment over control, that so many units show on average; null when not even the
 * largest does. `alpha` is the guard's own.
 */
export function smallestHarm(
  baseline: Baseline,
  of: {
    readonly harm: 'up' | 'down';
    readonly alpha: number;
    readonly treatmentShare: number;
    /** Both arms together. */
    readonly units: number;
  },
): number | null {
  const direction = of.harm === 'up' ? 1 : -1;
  const ratioAt = (size: number) => Math.exp(direction * size);
  const missing = (size: number) =>
    natsToKill(baseline.kind, of.alpha) -
    of.units * informationPerUnit(effectOfRatio(baseline, ratioAt(size)), of.treatmentShare);
  const atHigh = missing(LOG_RATIO_MAX);
  if (!(atHigh < 0)) return null;
  const known = { low: 0, high: LOG_RATIO_MAX, atLow: missing(0), atHigh };
  return ratioAt(bracketRoot(missing, known, TOLERANCE).high);
}
