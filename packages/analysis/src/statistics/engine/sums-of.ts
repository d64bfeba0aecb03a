import type { ArmPair, GuardSums, HistogramSums, MeanSums, RateSums, RatioSums, TickStratum } from './tick.ts';

/** A guard's increments in a stratum; null when it has none. @throws Error when they are of another kind. */
export function rateSumsOf(stratum: TickStratum, key: string): ArmPair<RateSums> | null {
  const sums = sumsOf(stratum, key);
  if (sums === null) return null;
  const { control, treatment } = sums;
  if (control.kind === 'rate' && treatment.kind === 'rate') return { control, treatment };
  throw otherKind(key, 'rate', sums);
}

export function histogramSumsOf(stratum: TickStratum, key: string): ArmPair<HistogramSums> | null {
  const sums = sumsOf(stratum, key);
  if (sums === null) return null;
  const { control, treatment } = sums;
  if (control.kind === 'histogram' && treatment.kind === 'histogram') return { control, treatment };
  throw otherKind(key, 'histogram', sums);
}

export function meanSumsOf(stratum: TickStratum, key: string): ArmPair<MeanSums> | ArmPair<RatioSums> | null {
  const sums = sumsOf(stratum, key);
  if (sums === null) return null;
  const { control, treatment } = sums;
  if (control.kind === 'mean' && treatment.kind === 'mean') return { control, treatment };
  if (control.kind === 'ratio' && treatment.kind === 'ratio') return { control, treatment };
  throw otherKind(key, 'mean or ratio', sums);
}

function sumsOf({ guards }: TickStratum, key: string): ArmPair<GuardSums> | null {
  return Object.hasOwn(guards, key) ? (guards[key] ?? null) : null;
}

function otherKind(key: string, expected: string, { control, treatment }: ArmPair<GuardSums>): Error {
  return new Error(`Guard ${key} takes sums of kind ${expected}, not ${control.kind} and ${treatment.kind}.`);
}
