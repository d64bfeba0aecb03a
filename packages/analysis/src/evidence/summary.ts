/** The sufficient statistics of one rollout epoch: sums, so that they merge by addition and replay bit for bit. */
export interface EvidenceSummary {
  readonly rolloutId: string;
  readonly epoch: number;
  /** The guards as they were when the epoch opened: editing a metric never changes a running rollout. */
  readonly guards: readonly { readonly metric: string; readonly harm: 'up' | 'down' }[];
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
  /** Units that counted for the guard, by metric key. */
  readonly events: Readonly<Record<string, ArmCounts>>;
}

export interface ArmCounts {
  readonly control: number;
  readonly treatment: number;
}
