import type { GuardSums } from './tick.ts';

/** The sums of two disjoint parts of the same tick, stratum, guard and arm. @throws Error when their kinds differ. */
export function addSums<Sums extends GuardSums>(one: Sums, other: Sums): Sums;
export function addSums(one: GuardSums, other: GuardSums): GuardSums {
  if (one.kind === 'rate' && other.kind === 'rate') {
    const lateEvents = (one.lateEvents ?? 0) + (other.lateEvents ?? 0);
    return {
      kind: 'rate',
      units: one.units + other.units,
      events: one.events + other.events,
      ...(lateEvents > 0 ? { lateEvents } : {}),
    };
  }
  if (one.kind === 'histogram' && other.kind === 'histogram') {
    return { kind: 'histogram', bins: addBins(one.bins, other.bins) };
  }
  if (one.kind === 'mean' && other.kind === 'mean') {
    return {
      kind: 'mean',
      units: one.units + other.units,
      sum: one.sum + other.sum,
      sumSquares: one.sumSquares + other.sumSquares,
    };
  }
  if (one.kind === 'ratio' && other.kind === 'ratio') {
    return {
      kind: 'ratio',
      units: one.units + other.units,
      sumY: one.sumY + other.sumY,
      sumZ: one.sumZ + other.sumZ,
      sumYY: one.sumYY + other.sumYY,
      sumZZ: one.sumZZ + other.sumZZ,
      sumYZ: one.sumYZ + other.sumYZ,
    };
  }
  throw new Error(`Sums of kind ${one.kind} and ${other.kind} do not add.`);
}

function addBins(
  one: Readonly<Record<number, number>>,
  other: Readonly<Record<number, number>>,
): Readonly<Record<number, number>> {
  const bins = { ...one };
  for (const [bin, count] of Object.entries(other)) bins[Number(bin)] = (bins[Number(bin)] ?? 0) + count;
  return bins;
}
