import { mannWhitney } from '../reports/index.ts';
import { meanOf, squaresAround } from './describe.ts';

/**
 * How large a difference is, apart from whether there is one. Each is null where it has no meaning: a caller must then
 * take the difference for a large one, never leave the question out.
 */
export interface Series {
  readonly treatment: readonly number[];
  readonly control: readonly number[];
}

/** Treatment's mean over control's; null when control's is zero. */
export function meanRatio({ treatment, control }: Series): number | null {
  const [treated, untreated] = [meanOf(treatment), meanOf(control)];
  return treated === null || !untreated ? null : treated / untreated;
}

/** The chance that a point of treatment is larger than one of control, a tie for half; 0.5 is no difference. */
export function superiority({ treatment, control }: Series): number | null {
  return treatment.length * control.length === 0 ? null : mannWhitney(control, treatment).superiority;
}

/** Cohen's d: the difference of means in pooled deviations; null without any deviation. */
export function cohenD({ treatment, control }: Series): number | null {
  const [treated, untreated] = [meanOf(treatment), meanOf(control)];
  const degrees = treatment.length + control.length - 2;
  if (treated === null || untreated === null || degrees <= 0) return null;
  const variance = (squaresAround(treatment, treated) + squaresAround(control, untreated)) / degrees;
  return variance > 0 ? (treated - untreated) / Math.sqrt(variance) : null;
}
