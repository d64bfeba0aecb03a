/**
 * What came since the tick before, as sums: shards and servers merge by addition before the tick, and the order of
 * arrival within one does not matter. All numbers are increments.
 */
export interface Tick {
  /** The stage in force. */
  readonly stageIndex: number;
  readonly strata: readonly TickStratum[];
}

/** Units whose arm is a coin of one known share: those exposed first while `stageIndex` was in force. */
export interface TickStratum {
  readonly stageIndex: number;
  /** Designed probability that a unit of the stratum is in treatment. At 0 and 1 there is no coin, and no bet. */
  readonly treatmentShare: number;
  /** Units exposed for the first time. */
  readonly units: ArmPair<number>;
  /** By guard key; a guard without increments may be left out. */
  readonly guards: Readonly<Record<string, ArmPair<GuardSums>>>;
}

export interface ArmPair<T> {
  readonly control: T;
  readonly treatment: T;
}

export type GuardSums = RateSums | HistogramSums | MeanSums | RatioSums;

export interface RateSums {
  readonly kind: 'rate';
  /** Units known to have counted or not (law hypergeometric), or exposed (law poisson); unused by law design. */
  readonly units: number;
  readonly events: number;
  /**
   * For limits: how many of the events are of units that were told before capital was last released. Bets that begin with
   * that capital have not paid for those units, so they win nothing on them. None when absent.
   */
  readonly lateEvents?: number;
}

export interface HistogramSums {
  readonly kind: 'histogram';
  /** Observations by bin; bins without any are left out. */
  readonly bins: Readonly<Record<number, number>>;
}

export interface MeanSums {
  readonly kind: 'mean';
  readonly units: number;
  readonly sum: number;
  readonly sumSquares: number;
}

/** Sums over units of numerator y and denominator z. */
export interface RatioSums {
  readonly kind: 'ratio';
  readonly units: number;
  readonly sumY: number;
  readonly sumZ: number;
  readonly sumYY: number;
  readonly sumZZ: number;
  readonly sumYZ: number;
}
