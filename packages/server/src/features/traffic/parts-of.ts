const FULL_PPM = 1_000_000;
const PPM_PER_PERCENT = 10_000;

/** Two weights with the sum of both: of 100 where that is exact, for people read percents; else of a million. */
export interface Parts {
  readonly treatment: number;
  readonly control: number;
  readonly total: number;
}

export function partsOf(weightPpm: number): Parts {
  if (weightPpm % PPM_PER_PERCENT !== 0) {
    return { treatment: weightPpm, control: FULL_PPM - weightPpm, total: FULL_PPM };
  }
  const treatment = weightPpm / PPM_PER_PERCENT;
  return { treatment, control: 100 - treatment, total: 100 };
}

/** Null when nobody gets anything. */
export function ppmOfParts({ treatment, control }: Pick<Parts, 'treatment' | 'control'>): number | null {
  const total = treatment + control;
  return total > 0 ? Math.round((treatment * FULL_PPM) / total) : null;
}
