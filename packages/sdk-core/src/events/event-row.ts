import type { UnitHashes } from '@tidegate/evaluation/page';

/** Something that happened to one unit, with the cells that the wire has of it alone. */
export interface EventRow {
  readonly of: 'exposures' | 'outcomes';
  /** Of the rollout, or of the event. */
  readonly name: string;
  readonly unit: UnitHashes;
  /** Monotonic; the wire has ages. */
  readonly atMs: number;
  /** Of an exposure. */
  readonly epoch?: number;
  readonly stage?: number;
  readonly arm?: 0 | 1;
  /** Of an outcome. */
  readonly value?: number;
}
