import type { ExposureTag } from '@tidegate/evaluation';
import { Dictionary } from './dictionary.ts';
import {
  BATCH_ROWS_MAX,
  EXPOSURE_ROW_BYTES,
  NAME_CHARS_MAX,
  nameBytes,
  OUTCOME_ROW_BYTES,
  UNIT_ROW_BYTES,
} from './limits.ts';

export interface Unit {
  readonly h0: number;
  readonly h1: number;
}

/**
 * Exposures and outcomes in the order in which they happened, up to what one batch may carry: already columns, with
 * monotonic instants where the wire has ages. A chunk becomes one batch, whole.
 */
export class EventChunk {
  readonly units = { h0: [] as number[], h1: [] as number[] };
  readonly rollouts = new Dictionary();
  readonly exposures = {
    rollout: [] as number[],
    epoch: [] as number[],
    stage: [] as number[],
    arm: [] as number[],
    unit: [] as number[],
    atMs: [] as number[],
  };
  readonly events = new Dictionary();
  readonly outcomes = {
    event: [] as number[],
    unit: [] as number[],
    value: [] as number[],
    atMs: [] as number[],
  };
  /** By h0 alone: units that share it are listed twice at worst. */
  readonly #unitIndexes = new Map<number, number>();

  get exposureCount(): number {
    return this.exposures.unit.length;
  }

  get outcomeCount(): number {
    return this.outcomes.unit.length;
  }

  get isEmpty(): boolean {
    return this.exposureCount + this.outcomeCount === 0;
  }

  /** Upper bound of the JSON, and near what the columns take in memory. */
  get bytes(): number {
    return (
      this.rollouts.bytes +
      this.events.bytes +
      this.units.h0.length * UNIT_ROW_BYTES +
      this.exposureCount * EXPOSURE_ROW_BYTES +
      this.outcomeCount * OUTCOME_ROW_BYTES
    );
  }

  /** Whether the largest row there is might not fit any more. */
  isFull(bytesMax: number): boolean {
    return this.exposureCount + this.outcomeCount >= BATCH_ROWS_MAX || this.bytes + EVENT_BYTES_MAX > bytesMax;
  }

  addExposure(tag: ExposureTag, unit: Unit, atMs: number): void {
    const { exposures } = this;
    exposures.rollout.push(this.rollouts.index(tag.rolloutId));
    exposures.epoch.push(tag.epoch);
    exposures.stage.push(tag.stageIndex);
    exposures.arm.push(tag.arm === 'treatment' ? 1 : 0);
    exposures.unit.push(this.#unitIndex(unit));
    exposures.atMs.push(atMs);
  }

  addOutcome(outcome: Outcome, unit: Unit, atMs: number): void {
    const { outcomes } = this;
    outcomes.event.push(this.events.index(outcome.event));
    outcomes.unit.push(this.#unitIndex(unit));
    outcomes.value.push(outcome.value);
    outcomes.atMs.push(atMs);
  }

  #unitIndex({ h0, h1 }: Unit): number {
    const known = this.#unitIndexes.get(h0);
    if (known !== undefined && this.units.h1[known] === h1) return known;
    this.units.h0.push(h0);
    const index = this.units.h1.push(h1) - 1;
    this.#unitIndexes.set(h0, index);
    return index;
  }
}

export interface Outcome {
  readonly event: string;
  readonly value: number;
}

/** An event of a unit and a name that were not there before, the longest that may be. */
export const EVENT_BYTES_MAX =
  Math.max(EXPOSURE_ROW_BYTES, OUTCOME_ROW_BYTES) + UNIT_ROW_BYTES + nameBytes('x'.repeat(NAME_CHARS_MAX));
