import type { EventBatch } from '@tidegate/analysis';
import { positionPpm, unitHashes } from '@tidegate/evaluation';
import type { SeededRandom } from '@tidegate/testkit';
import { CAPPED_FACTOR, type Scenario, TICK_MS } from './scenario.ts';

/** What the flag's rule serves now. */
export interface Served {
  readonly stageIndex: number;
  readonly treatmentPpm: number;
  /** What units of the capped segment are served instead, where a cap is in force. */
  readonly capped?: Served | undefined;
}

export interface FleetOptions {
  readonly scenario: Scenario;
  readonly random: SeededRandom;
  readonly seed: number;
  /** Names of the outcomes, by metric. */
  readonly events: readonly string[];
}

/** Another process saw the unit in this stage too, and reports it again. */
const REPEATED_SHARE = 0.02;
/** Outcomes that come after the visit, as purchases do. */
const LATE_SHARE = 0.2;
const LATE_TICKS_MAX = 30;
/** A unit's own factor on every rate, with mean 1: most fail seldom, one in fifty nearly always (an old browser, say). */
const PRONE_EVERY = 50;
const PRONE_PROPENSITY = 30;
const USUAL_PROPENSITY = (PRONE_EVERY - PRONE_PROPENSITY) / (PRONE_EVERY - 1);

/**
 * The applications and their SDK, as far as events show them: visits are bucketed by the real hashes, an exposure is
 * reported once per stage and unit, and outcomes follow the visit at once or ticks later.
 */
export class Fleet {
  readonly #options: FleetOptions;
  /** Stage that each unit was last reported in; -1 before. */
  readonly #reportedStage: Int8Array;
  #newcomers = 0;
  #seq = 0;
  /** Outcomes still to come, by the tick in which they happen. */
  readonly #late = new Map<number, { readonly unit: number; readonly metric: number }[]>();

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#reportedStage = new Int8Array(options.scenario.population).fill(-1);
  }

  /** Everything of one tick, in one batch. */
  visit(tick: number, served: Served): EventBatch {
    const { random, scenario } = this.#options;
    this.#seq += 1;
    const batch = new BatchColumns(this.#options.events, this.#seq);
    for (const { unit, metric } of this.#late.get(tick) ?? []) batch.addOutcome(unit, metric, TICK_MS);
    this.#late.delete(tick);
    const visits = scenario.visitsAt(tick);
    for (let visit = 0; visit < visits; visit++) {
      const unit = scenario.returning ? random.int(0, scenario.population) : this.#newcomers++;
      const isCapped = scenario.isCapped?.(unit) === true;
      const own = isCapped ? (served.capped ?? served) : served;
      this.#visitOnce(batch, { unit, tick, isCapped, served: own, ageMs: (TICK_MS * (visits - visit)) / (visits + 1) });
    }
    return batch.toBatch();
  }

  #visitOnce(
    batch: BatchColumns,
    visit: { unit: number; tick: number; isCapped: boolean; served: Served; ageMs: number },
  ): void {
    const { random, scenario, seed } = this.#options;
    const { unit, tick, isCapped, served, ageMs } = visit;
    const position = positionPpm(hashesOf(unit).h0, seed);
    const isTreated = position < served.treatmentPpm;
    const isMeasured = isTreated || position >= 1_000_000 - (scenario.plan.controlSamplePpm ?? 1_000_000);
    const isReported = scenario.returning && this.#reportedStage[unit] === served.stageIndex;
    if (isMeasured && (!isReported || random.next() < REPEATED_SHARE)) {
      batch.addExposure(unit, { stageIndex: served.stageIndex, isTreated, ageMs });
      if (scenario.returning) this.#reportedStage[unit] = served.stageIndex;
    }
    const propensity =
      (unit % PRONE_EVERY === 0 ? PRONE_PROPENSITY : USUAL_PROPENSITY) * (isCapped ? CAPPED_FACTOR : 1);
    for (const metric of scenario.metrics.keys()) {
      const ratio = isTreated ? (scenario.ratio[metric] ?? 1) : 1;
      if (random.next() >= scenario.rateAt(metric, tick) * propensity * ratio) continue;
      if (random.next() >= LATE_SHARE) batch.addOutcome(unit, metric, ageMs);
      else this.#postpone(tick + random.int(1, LATE_TICKS_MAX), unit, metric);
    }
  }

  #postpone(tick: number, unit: number, metric: number): void {
    const others = this.#late.get(tick);
    if (others === undefined) this.#late.set(tick, [{ unit, metric }]);
    else others.push({ unit, metric });
  }
}

/** A batch while it grows. */
class BatchColumns {
  readonly #events: readonly string[];
  readonly #seq: number;
  readonly #h0: number[] = [];
  readonly #h1: number[] = [];
  /** The unit of the last row: what it does next needs no row of its own. */
  #lastUnit = -1;
  readonly #exposed = { unit: [] as number[], stage: [] as number[], arm: [] as number[], ageMs: [] as number[] };
  readonly #outcome = { unit: [] as number[], event: [] as number[], ageMs: [] as number[] };

  constructor(events: readonly string[], seq: number) {
    this.#events = events;
    this.#seq = seq;
  }

  addExposure(unit: number, seen: { stageIndex: number; isTreated: boolean; ageMs: number }): void {
    this.#exposed.unit.push(this.#rowOf(unit));
    this.#exposed.stage.push(seen.stageIndex);
    this.#exposed.arm.push(seen.isTreated ? 1 : 0);
    this.#exposed.ageMs.push(seen.ageMs);
  }

  addOutcome(unit: number, event: number, ageMs: number): void {
    this.#outcome.unit.push(this.#rowOf(unit));
    this.#outcome.event.push(event);
    this.#outcome.ageMs.push(ageMs);
  }

  #rowOf(unit: number): number {
    if (unit !== this.#lastUnit) {
      const { h0, h1 } = hashesOf(unit);
      this.#h0.push(h0);
      this.#h1.push(h1);
      this.#lastUnit = unit;
    }
    return this.#h0.length - 1;
  }

  toBatch(): EventBatch {
    const exposed = this.#exposed;
    const same = (value: number) => new Array<number>(exposed.unit.length).fill(value);
    return {
      protocol: 1,
      instance: 'fleet',
      seq: this.#seq,
      sentAtMs: 0,
      sdk: { name: 'simulation', version: '0' },
      units: { h0: this.#h0, h1: this.#h1 },
      exposures: { ...exposed, rolloutIds: ['r1'], rollout: same(0), epoch: same(1) },
      outcomes: { ...this.#outcome, events: this.#events, value: new Array<number>(this.#outcome.unit.length).fill(1) },
      counters: { flags: [], variations: [], flag: [], variation: [], count: [] },
      dropped: { exposures: 0, outcomes: 0 },
    };
  }
}

/** Unit hashes serve all rollouts; every rollout has another seed, so arms are independent between them. */
const known: { h0: number; h1: number }[] = [];

function hashesOf(unit: number): { readonly h0: number; readonly h1: number } {
  for (let next = known.length; next <= unit; next++) known.push(unitHashes(`user-${next}`));
  return known[unit] ?? unitHashes(`user-${unit}`);
}
