/**
 * How outcomes become a number per unit.
 *
 * Events named `$error` and `$duration` are what `client.run` reports; they belong to the flag that ran, so a guard of
 * a rollout on flag F reads `$error:F` (see `eventOfFlag`).
 */
export type Metric = MetricSource & Measure & { readonly description: string; readonly revision: number };

/** Which outcomes a metric hears, and which direction of its number is harm. */
export interface MetricSource {
  readonly key: string;
  /** The name given to `client.track`. */
  readonly event: string;
  /** Only outcomes of `event` with a value beyond the bound count; every one counts when absent. */
  readonly countsWhen?: { readonly above: number } | { readonly below: number };
  /** The harmful direction of what is measured. */
  readonly harm: 'up' | 'down';
  /** Whether outcomes that came under a browser key count: anyone can forge those. */
  readonly browserEvidence: boolean;
}

/** What is measured of a unit. Where there is a window, it begins with the exposure and its end settles the number. */
export type Measure = BinaryMeasure | CountMeasure | MeanMeasure | RatioMeasure | HistogramMeasure;

/**
 * Whether the event happened at all: at any time after the exposure, or, with a window, within it. A closed window also
 * says of a unit that it did not, which is worth evidence where units commonly count.
 */
export interface BinaryMeasure {
  readonly kind: 'binary';
  readonly windowMs?: number;
}

/** How often the event happened within the window. */
export interface CountMeasure {
  readonly kind: 'count';
  readonly windowMs: number;
  readonly capAt?: number;
}

/** The sum of the event's values within the window. A sum beyond `capAt`, either way, counts as `capAt`. */
export interface MeanMeasure {
  readonly kind: 'mean';
  readonly windowMs: number;
  readonly capAt?: number;
}

/** The values of `event` over the values of `perEvent`, both summed within the window. */
export interface RatioMeasure {
  readonly kind: 'ratio';
  readonly perEvent: string;
  readonly windowMs: number;
}

/** The event's first value after each exposure, as one count in fixed bins from `min` to `max`, evenly on a log scale. */
export interface HistogramMeasure {
  readonly kind: 'histogram';
  readonly min?: number;
  readonly max?: number;
}
