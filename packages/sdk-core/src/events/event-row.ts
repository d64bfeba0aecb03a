import type { ExposureTag, UnitHashes } from '@tidegate/evaluation/page';

/** Something that happened to one unit: it was exposed under `tag`, or it did what `name` says. */
export interface EventRow {
  /** Of the rollout, or of the event. */
  readonly name: string;
  /** Present for an exposure, absent for an outcome. */
  readonly tag?: ExposureTag;
  /** Of an outcome. */
  readonly value?: number;
  readonly unit: UnitHashes;
  /** Monotonic; the wire has ages. */
  readonly atMs: number;
}
