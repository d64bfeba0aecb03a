/** Where an arm's units lie among all positions: `from` belongs to it, `to` does not. */
export interface PositionRange {
  readonly fromPpm: number;
  readonly toPpm: number;
}

const FULL_PPM = 1_000_000;

/**
 * Arms of equal size at a share of treatment, as GrowthBook places them: treatment from 0 on, control from the middle on,
 * so that up to one half no unit changes its arm while the share grows. Above one half control is what remains. A plan
 * measures all of control, which asks for no placing; with this, ramps that were placed so are told in the same words.
 */
export function armRanges(treatmentPpm: number): {
  readonly treatment: PositionRange;
  readonly control: PositionRange;
} {
  const middle = FULL_PPM / 2;
  return {
    treatment: { fromPpm: 0, toPpm: treatmentPpm },
    control: { fromPpm: Math.max(middle, treatmentPpm), toPpm: Math.min(FULL_PPM, middle + treatmentPpm) },
  };
}
