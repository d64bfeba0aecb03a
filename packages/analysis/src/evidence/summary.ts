import type { EngineConfig } from '../statistics/engine/engine-config.ts';
import type { EngineState } from '../statistics/engine/engine-state.ts';
import type { ArmPair, GuardSums, Tick } from '../statistics/engine/tick.ts';
import type { Measure } from './metric.ts';

/** The sufficient statistics of one rollout epoch: sums, so that they merge by addition and replay bit for bit. */
export interface EvidenceSummary {
  readonly rolloutId: string;
  readonly epoch: number;
  /** The guards as they were when the epoch opened: editing a metric never changes a running rollout. */
  readonly guards: readonly GuardSummary[];
  readonly strata: readonly StratumSummary[];
  /** Units seen in an arm that the ramp cannot explain: excluded from then on, a health signal. */
  readonly crossoverCount: number;
  /** Outcomes of units that were never exposed in time. */
  readonly unmatchedOutcomeCount: number;
  /** Outcomes still waiting for their exposure. */
  readonly waitingOutcomeCount: number;
  /** Exposed units whose first exposure came under a browser key. */
  readonly browserUnitCount: number;
  /** Exposed units, excluded ones too. */
  readonly unitCount: number;
  /**
   * Instant of the newest exposure, by the server's clock, or of the newest batch that counted evaluations of the flag:
   * a unit is exposed once per stage, so a small population would look silent once all of it was seen. Null before the
   * first.
   */
  readonly lastExposureAtMs: number | null;
  /** Instant at which the newest record of the log so far was received: how fresh the evidence is. */
  readonly newestRecordAtMs: number;
  /** Absent in what was stored before there were ticks, and where there is no evidence yet. */
  readonly ticks?: TickSummary;
}

/** The engine of statistics, as far as it is folded: every decision can be made again from it. */
export interface TickSummary {
  readonly config: EngineConfig;
  /** What it made of all closed ticks. */
  readonly state: EngineState;
  /** What came since: not folded yet. */
  readonly pending: Tick;
}

/**
 * One guard, and what was measured of it over all strata. Strata differ in base rate, so the sums are to look at, never
 * to decide by. What is optional is absent in what was stored before there were kinds: then the guard is binary.
 */
export interface GuardSummary {
  readonly metric: string;
  readonly harm: 'up' | 'down';
  readonly measure?: Measure;
  readonly sums?: ArmPair<GuardSums>;
  /** When an exposed unit last did what the guard listens to, by the server's clock; null before the first. */
  readonly lastOutcomeAtMs?: number | null;
  /** Treated units of all strata, and of none: each counts once. Only where the plan has a `maxRate`. */
  readonly limit?: { readonly maxRate: number; readonly units: number; readonly events: number };
}

/**
 * Units whose label is a coin with one known share. Three kinds of unit meet in a stage: new units (share pi_s),
 * former controls of stage j (share (pi_s - pi_j) / (1 - pi_j)), and already treated ones, which carry no evidence
 * and have no stratum. Derivation in docs/statistics.md.
 */
export interface StratumSummary {
  readonly stageIndex: number;
  /** The stage whose control these units were; null for units new in this stage. */
  readonly formerControlOf: number | null;
  /** Probability that a unit of the stratum is in treatment, by design. */
  readonly treatmentShare: number;
  readonly units: ArmCounts;
  /** Units that counted, by metric key; binary metrics only. */
  readonly events: Readonly<Record<string, ArmCounts>>;
}

export interface ArmCounts {
  readonly control: number;
  readonly treatment: number;
}
