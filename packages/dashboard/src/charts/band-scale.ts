/** A ratio on a logarithmic axis around 1: half and twice are equally far from it. */
export interface BandScale {
  /** From 0 (left end) to 1 (right end); what is beyond stands at the end. */
  readonly at: (ratio: number) => number;
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

/** Ends of the axis, squares of numbers that read well; the first that shows all that is to be seen is taken. */
const SPANS: readonly number[] = [1.44, 2.25, 4, 9, 25, 100];

/** An axis that has room for these ratios; open bounds (null) reach its ends. */
export function bandScale(ratios: readonly (number | null)[]): BandScale {
  const farthest = Math.max(
    1,
    ...ratios.flatMap((ratio) => (ratio === null || ratio <= 0 ? [] : [Math.max(ratio, 1 / ratio)])),
  );
  const high = SPANS.find((span) => span >= farthest * 1.05) ?? 100;
  const low = 1 / high;
  const at = (ratio: number) =>
    ratio <= 0 ? 0 : Math.min(1, Math.max(0, (Math.log(ratio) - Math.log(low)) / (Math.log(high) - Math.log(low))));
  const half = Math.sqrt(high);
  return { at, low, high, ticks: [low, 1 / half, 1, half, high] };
}

/** `×1.25`, with as many digits as say something. */
export function formatFactor(ratio: number): string {
  return `×${Number(ratio.toPrecision(ratio < 1 ? 2 : 3))}`;
}
