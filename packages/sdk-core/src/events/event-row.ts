import type { ExposureTag, UnitHashes } from '@tidegate/evaluation/page';

/** Something that happened to one unit: it was exposed under `tag`, or it did what `name` says. */
export type EventRow = ExposureRow | OutcomeRow;

export interface ExposureRow extends Happened {
  readonly tag: ExposureTag;
}

export interface OutcomeRow extends Happened {
  readonly tag?: undefined;
  readonly value: number;
}

interface Happened {
  /** Of the rollout, or of the event. */
  readonly name: string;
  readonly unit: UnitHashes;
  /** Monotonic; the wire has ages. */
  readonly atMs: number;
}
