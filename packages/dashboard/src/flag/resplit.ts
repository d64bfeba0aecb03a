import type { SplitRange } from '@tidegate/evaluation';

const WHOLE_PPM = 1_000_000;

export interface Share {
  readonly variation: string;
  readonly ppm: number;
}

/** What each variation has of a split, in the order in which they come; they always add up to everything. */
export function sharesOf(ranges: readonly SplitRange[]): readonly Share[] {
  const shares = new Map<string, number>();
  for (const { variation, fromPpm, toPpm } of ranges) {
    shares.set(variation, (shares.get(variation) ?? 0) + toPpm - fromPpm);
  }
  return [...shares].map(([variation, ppm]) => ({ variation, ppm }));
}

/** One variation gets so much; the others keep their proportions in what is left. */
export function withShare(shares: readonly Share[], variation: string, wantedPpm: number): readonly Share[] {
  const ppm = Math.round(Math.min(WHOLE_PPM, Math.max(0, wantedPpm)));
  const others = shares.filter((share) => share.variation !== variation);
  if (others.length === 0) return [{ variation, ppm: WHOLE_PPM }];
  const left = WHOLE_PPM - ppm;
  const sum = others.reduce((total, share) => total + share.ppm, 0);
  const scaled = new Map(
    others.map((share) => [share.variation, Math.floor(sum === 0 ? left / others.length : (share.ppm * left) / sum)]),
  );
  // What rounding left over goes to the last one.
  const last = others.at(-1)?.variation ?? variation;
  const given = [...scaled.values()].reduce((total, each) => total + each, 0);
  scaled.set(last, (scaled.get(last) ?? 0) + left - given);
  return shares.map((share) => ({
    variation: share.variation,
    ppm: share.variation === variation ? ppm : (scaled.get(share.variation) ?? 0),
  }));
}

/**
 * The split with these shares that moves the fewest units: each variation keeps what it had up to its new share, and
 * what others give up goes to those that grow.
 */
export function resplit(ranges: readonly SplitRange[], shares: readonly Share[]): readonly SplitRange[] {
  const left = new Map(shares.map(({ variation, ppm }) => [variation, ppm]));
  const made: SplitRange[] = [];
  const free: { fromPpm: number; toPpm: number }[] = [];
  const before = ranges.length === 0 ? [{ fromPpm: 0, toPpm: WHOLE_PPM, variation: '' }] : ranges;
  for (const { fromPpm, toPpm, variation } of before) {
    const kept = Math.min(toPpm - fromPpm, left.get(variation) ?? 0);
    if (kept > 0) {
      made.push({ fromPpm, toPpm: fromPpm + kept, variation });
      left.set(variation, (left.get(variation) ?? 0) - kept);
    }
    if (fromPpm + kept < toPpm) free.push({ fromPpm: fromPpm + kept, toPpm });
  }
  for (const [variation, wanted] of left) {
    let missing = wanted;
    while (missing > 0) {
      const place = free[0];
      if (place === undefined) break;
      const taken = Math.min(missing, place.toPpm - place.fromPpm);
      made.push({ fromPpm: place.fromPpm, toPpm: place.fromPpm + taken, variation });
      missing -= taken;
      place.fromPpm += taken;
      if (place.fromPpm === place.toPpm) free.shift();
    }
  }
  return joined(made.sort((one, other) => one.fromPpm - other.fromPpm));
}

function joined(ranges: readonly SplitRange[]): readonly SplitRange[] {
  const result: SplitRange[] = [];
  for (const range of ranges) {
    const last = result.at(-1);
    if (last !== undefined && last.variation === range.variation) {
      result[result.length - 1] = { ...last, toPpm: range.toPpm };
    } else result.push(range);
  }
  return result;
}
