import { type Context, type ExposureTag, unitHashes, unitKeyOf } from '@tidegate/evaluation';
import type { Unit } from './event-chunk.ts';
import type { EventQueue } from './event-queue.ts';
import { isName } from './limits.ts';
import { SeenUnits } from './seen-units.ts';

/**
 * Turns evaluations under a rollout into exposures, each once per (rollout, epoch, stage, unit, arm). This is on the
 * path of every measured evaluation: one that was reported before costs two hashes at most and a look into an array.
 */
export class ExposureRecorder {
  readonly #queue: EventQueue;
  readonly #monotonicMs: () => number;
  readonly #seen = new SeenUnits();
  readonly #stages = new Map<string, Stage>();
  #armCount = 0;
  #lastUnitKey = '';
  #lastUnit: Unit = unitHashes('');

  constructor(queue: EventQueue, monotonicMs: () => number) {
    this.#queue = queue;
    this.#monotonicMs = monotonicMs;
  }

  record(tag: ExposureTag, context: Context): void {
    const unitKey = unitKeyOf(context, tag.unit);
    if (unitKey === undefined) return;
    const arm = this.#armOf(tag);
    if (arm === NO_ARM) return;
    const unit = this.unitOf(unitKey);
    if (this.#seen.has(arm, unit.h0, unit.h1)) return;
    // What found no room is not remembered: the unit's next evaluation tries again.
    if (this.#queue.addExposure(tag, unit, this.#monotonicMs())) this.#seen.add(arm, unit.h0, unit.h1);
  }

  /** One context usually meets several flags in a row. */
  unitOf(unitKey: string): Unit {
    if (unitKey !== this.#lastUnitKey) {
      this.#lastUnit = unitHashes(unitKey);
      this.#lastUnitKey = unitKey;
    }
    return this.#lastUnit;
  }

  /** Reports everybody again: what was reported may be lost. */
  forget(): void {
    this.#seen.clear();
  }

  /** A number for the arm of this stage. A rollout is in one stage at a time: another stage gets new numbers. */
  #armOf(tag: ExposureTag): number {
    const known = this.#stages.get(tag.rolloutId);
    const stage =
      known !== undefined && known.stageIndex === tag.stageIndex && known.epoch === tag.epoch
        ? known
        : this.#enterStage(tag);
    return tag.arm === 'treatment' ? stage.treatment : stage.control;
  }

  #enterStage(tag: ExposureTag): Stage {
    // A tag that the wire does not take would cost the whole batch that it travels in.
    if (!isName(tag.rolloutId) || !isEpoch(tag.epoch) || !isStageIndex(tag.stageIndex)) return NO_STAGE;
    if (this.#stages.size >= ROLLOUTS_MAX) this.#stages.clear();
    const { epoch, stageIndex } = tag;
    const stage = { epoch, stageIndex, control: this.#armCount + 1, treatment: this.#armCount + 2 };
    this.#armCount += 2;
    this.#stages.set(tag.rolloutId, stage);
    return stage;
  }
}

interface Stage {
  readonly epoch: number;
  readonly stageIndex: number;
  readonly control: number;
  readonly treatment: number;
}

const NO_ARM = 0;
const NO_STAGE: Stage = { epoch: 0, stageIndex: 0, control: NO_ARM, treatment: NO_ARM };
/** Rollouts end, processes live on. Forgetting one costs repeated exposures. */
const ROLLOUTS_MAX = 10_000;
/** The server's own bound. */
const STAGE_INDEX_MAX = 1_000;

function isEpoch(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

function isStageIndex(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= STAGE_INDEX_MAX;
}
