/**
 * What an SDK saw, as columns: dictionaries of strings, and arrays of integers into them. Parses about seven times
 * faster than an array of objects, and is four times smaller.
 *
 * A unit travels as 64 bits, its key's XXH32 with seeds 0 (the bucketing hash) and 1: users' identifiers stay in the
 * application. Instants travel as ages before `sentAtMs`, so that a wrong clock in the SDK shifts nothing: the server
 * takes `receivedAtMs - ageMs`.
 *
 * The same (instance, seq) is repeated until it is acknowledged, and counted once however often it comes. `seq` starts
 * at 1 and grows by 1; a gap is loss.
 */
export interface EventBatch {
  readonly protocol: number;
  /** Made at random when the client was created. */
  readonly instance: string;
  readonly seq: number;
  readonly sentAtMs: number;
  readonly sdk: { readonly name: string; readonly version: string };
  readonly units: UnitColumns;
  readonly exposures: ExposureColumns;
  readonly outcomes: OutcomeColumns;
  readonly counters: CounterColumns;
  readonly dropped: DroppedCounts;
}

/** Row i is the unit (h0[i], h1[i]). */
export interface UnitColumns {
  readonly h0: readonly number[];
  readonly h1: readonly number[];
}

/** Row i: unit[i] was served arm[i] of stage stage[i] of epoch epoch[i] of rolloutIds[rollout[i]], ageMs[i] ago. */
export interface ExposureColumns {
  readonly rolloutIds: readonly string[];
  readonly rollout: readonly number[];
  readonly epoch: readonly number[];
  readonly stage: readonly number[];
  /** 0 control, 1 treatment. */
  readonly arm: readonly number[];
  readonly unit: readonly number[];
  readonly ageMs: readonly number[];
}

/** Row i: unit[i] did events[event[i]] with value[i] (1 when nothing was measured), ageMs[i] ago. */
export interface OutcomeColumns {
  readonly events: readonly string[];
  readonly event: readonly number[];
  readonly unit: readonly number[];
  readonly value: readonly number[];
  readonly ageMs: readonly number[];
}

/** Row i: flags[flag[i]] served variations[variation[i]] count[i] times since the last batch. */
export interface CounterColumns {
  readonly flags: readonly string[];
  readonly variations: readonly string[];
  readonly flag: readonly number[];
  readonly variation: readonly number[];
  readonly count: readonly number[];
}

/** What the SDK had to throw away since the last batch, because its queue was full. */
export interface DroppedCounts {
  readonly exposures: number;
  readonly outcomes: number;
}

/** The answer to a batch that is durable. */
export interface EventAck {
  readonly acknowledgedSeq: number;
}
