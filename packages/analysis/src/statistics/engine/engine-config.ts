/**
 * What the engine must know before the first tick. Nothing here may change while evidence accumulates: every bet is
 * fixed before the observation that it is on.
 */
export interface EngineConfig {
  /** Number of planned stages: part of the capital is kept for bets that begin with the later ones. */
  readonly stageCount: number;
  readonly guards: readonly EngineGuard[];
}

/** One question to the evidence: does treatment harm this metric? `docs/statistics.md` derives each kind. */
export type EngineGuard = RateGuard | DistributionGuard | MeanGuard | LimitGuard;

export type HarmDirection = 'up' | 'down';

interface RelativeGuard {
  readonly key: string;
  readonly harm: HarmDirection;
  /**
   * Per stage, the ratio of treatment over control that must be ruled out before the ramp goes on; above 1 for harm up,
   * below 1 for harm down. Null or absent: the stage asks for no proof of safety.
   */
  readonly margins?: readonly (number | null)[];
}

/**
 * Units that counted, and how the arm of one that counted is distributed when treatment does no harm:
 *
 *     design          treatment with the designed share: at most one event per unit. Exact, delays included
 *     poisson         independent events, given the exposures of the tick
 *     hypergeometric  the outcome is known together with the unit (a closed window): non-events count as well
 */
export interface RateGuard extends RelativeGuard {
  readonly kind: 'rate';
  readonly law: 'design' | 'poisson' | 'hypergeometric';
  /** Harm up to this ratio is none; 1 when absent. At least 1 for harm up, at most 1 for harm down. */
  readonly tolerance?: number;
}

/** Whether the whole distribution moved in the harmful direction: latency and the like, as counts in fixed bins. */
export interface DistributionGuard extends RelativeGuard {
  readonly kind: 'histogram';
  readonly binCount: number;
  /** Observations from before the rollout, by bin: bets then begin at once. */
  readonly baseline?: Readonly<Record<number, number>>;
}

/** The mean of a value per unit, or the ratio of two (then the sums are of both). Asymptotic. */
export interface MeanGuard extends RelativeGuard {
  readonly kind: 'mean' | 'ratio';
  /** Units needed in each arm before the first look: the level needs them past the skewness of the values. */
  readonly minUnits: number;
  /** The same of values that weigh something: where most units have 0, units alone say nothing of skewness. */
  readonly minValues?: number;
}

/** "At most this share of treated units counts": exact, needs no control, and works at 100 %. */
export interface LimitGuard {
  readonly key: string;
  readonly kind: 'limit';
  readonly maxRate: number;
}
