import { informationPerUnit } from './information-per-unit.ts';

export interface InformationBoundInput {
  readonly controlRate: number;
  readonly treatmentRate: number;
  /** Share of the units that are in treatment, in (0, 1). */
  readonly treatmentShare: number;
  readonly alpha: number;
}

/**
 * The fewest units, both arms together, that any rule needs on average to kill a flag with these rates, if it may kill
 * a harmless one with probability at most alpha and is allowed to look after every unit: ln(1/alpha) divided by the
 * information of one unit. Infinity when the rates are equal.
 */
export function informationBound(input: InformationBoundInput): number {
  const { controlRate, treatmentRate, treatmentShare, alpha } = input;
  const effect = { kind: 'rate', control: controlRate, treatment: treatmentRate } as const;
  return Math.log(1 / alpha) / informationPerUnit(effect, treatmentShare);
}
