import { Generations } from './generations.ts';

/**
 * Outcomes that came before their exposure: another SDK, another flush. Of those that count once at most one per unit
 * and input waits, the one that happened last, since it is the likeliest to follow an exposure; of those that are summed
 * the last few do. Whoever is not matched within `latenessMs` is unmatched; so are the oldest when more than half of
 * `capacity` units came in less time than that.
 */
export interface WaitingOutcome {
  /** Of the epoch's layout. */
  readonly input: number;
  readonly value: number;
  /** When it happened, and when it came. */
  readonly atMs: number;
  readonly receivedAtMs: number;
}

export interface WaitingUnit {
  readonly h0: number;
  readonly h1: number;
  readonly outcomes: readonly WaitingOutcome[];
}

export interface WaitingOptions {
  readonly capacity: number;
  readonly latenessMs: number;
  /** Whether outcomes of an input are summed, so that each of them matters. */
  readonly isSummed: (input: number) => boolean;
}

/** Units by generation, the young ones first in `WaitingColumns`. */
export interface SavedWaiting {
  readonly youngCount: number;
  readonly oldCount: number;
  readonly outcomeCount: number;
  readonly youngSinceMs: number;
}

/** Every unit that waits, and what it did: `outcomeCount[i]` of the outcomes, in the order of the units. */
export interface WaitingColumns {
  readonly h0: Uint32Array;
  readonly h1: Uint32Array;
  readonly outcomeCount: Uint16Array;
  readonly input: Uint16Array;
  readonly value: Float64Array;
  readonly atMs: Float64Array;
  readonly receivedAtMs: Float64Array;
}

export interface WaitingUnits {
  readonly young: readonly WaitingUnit[];
  readonly old: readonly WaitingUnit[];
  readonly youngSinceMs: number;
}

/** An entry of a map, a unit and an outcome, roughly, as V8 keeps them. */
const BYTES_PER_UNIT = 200;
/** Of each outcome of a unit beyond the first. */
const BYTES_PER_OUTCOME = 72;
/** Of one unit and input that is summed: nobody does more of one thing in the moments before an exposure comes in. */
const SUMMED_MAX = 16;

const NONE: readonly WaitingOutcome[] = [];

export class WaitingOutcomes {
  /** Outcomes that waiting gave up since it was last asked. */
  #lapsed = 0;
  #count = 0;
  #youngSinceMs = 0;
  #units = new Generations<number, WaitingUnit>();
  readonly #options: WaitingOptions;

  constructor(options: WaitingOptions) {
    this.#options = options;
  }

  /** Outcomes waiting now. */
  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    const { size } = this.#units;
    return size * BYTES_PER_UNIT + (this.#count - size) * BYTES_PER_OUTCOME;
  }

  add(unit: { h0: number; h1: number }, outcome: WaitingOutcome): void {
    const key = keyOfUnit(unit.h0, unit.h1);
    const there = this.#units.get(key);
    const isSameUnit = there !== undefined && there.h0 === unit.h0 && there.h1 === unit.h1;
    if (!isSameUnit) this.#giveUp(there);
    const isSummed = this.#options.isSummed(outcome.input);
    const outcomes = isSameUnit ? withOutcome(there.outcomes, outcome, isSummed ? SUMMED_MAX : 1) : [outcome];
    this.#units.set(key, { h0: unit.h0, h1: unit.h1, outcomes });
    this.#count += outcomes.length - (isSameUnit ? there.outcomes.length : 0);
    if (this.#units.youngSize * 2 >= this.#options.capacity) this.#rotate(outcome.receivedAtMs);
  }

  /** Takes out what waits for a unit and is not too old at `nowMs`. */
  take(h0: number, h1: number, nowMs: number): readonly WaitingOutcome[] {
    const key = keyOfUnit(h0, h1);
    const waiting = this.#units.get(key);
    if (waiting === undefined || waiting.h0 !== h0 || waiting.h1 !== h1) return NONE;
    this.#units.delete(key);
    const { outcomes } = waiting;
    const inTime = outcomes.filter((outcome) => outcome.receivedAtMs + this.#options.latenessMs >= nowMs);
    this.#count -= outcomes.length;
    this.#lapsed += outcomes.length - inTime.length;
    return inTime;
  }

  /** Gives up what is too old at `nowMs`, and returns how many outcomes were given up since the last call. */
  expire(nowMs: number): number {
    if (nowMs - this.#youngSinceMs >= this.#options.latenessMs) this.#rotate(nowMs);
    const lapsed = this.#lapsed;
    this.#lapsed = 0;
    return lapsed;
  }

  save(): SavedWaiting {
    const youngCount = this.#units.youngSize;
    return {
      youngCount,
      oldCount: this.#units.size - youngCount,
      outcomeCount: this.#count,
      youngSinceMs: this.#youngSinceMs,
    };
  }

  /** Copies. As columns and not as JSON, for a hundred rollouts that listen to one event have a million of them. */
  listColumns(): WaitingColumns {
    const columns = allocateWaiting(this.save());
    const { young, old } = this.#units.values();
    let unit = 0;
    let row = 0;
    for (const units of [young, old]) {
      for (const { h0, h1, outcomes } of units) {
        columns.h0[unit] = h0;
        columns.h1[unit] = h1;
        columns.outcomeCount[unit++] = outcomes.length;
        for (const { input, value, atMs, receivedAtMs } of outcomes) {
          columns.input[row] = input;
          columns.value[row] = value;
          columns.atMs[row] = atMs;
          columns.receivedAtMs[row++] = receivedAtMs;
        }
      }
    }
    return columns;
  }

  /** Fills what is empty. */
  load({ youngCount, oldCount, youngSinceMs }: SavedWaiting, columns: WaitingColumns): void {
    let row = 0;
    const units = Array.from({ length: youngCount + oldCount }, (_, unit): WaitingUnit => {
      const count = columns.outcomeCount[unit] ?? 0;
      const outcomes = Array.from({ length: count }, () => outcomeAt(columns, row++));
      return { h0: columns.h0[unit] ?? 0, h1: columns.h1[unit] ?? 0, outcomes };
    });
    this.loadUnits({ young: units.slice(0, youngCount), old: units.slice(youngCount), youngSinceMs });
  }

  /** Fills what is empty, with what checkpoints before version 3 held. */
  loadUnits(saved: WaitingUnits): void {
    this.#youngSinceMs = saved.youngSinceMs;
    this.#units = new Generations(saved.young.map(withKey), saved.old.map(withKey));
    for (const unit of [...saved.young, ...saved.old]) this.#count += unit.outcomes.length;
  }

  #rotate(nowMs: number): void {
    this.#youngSinceMs = nowMs;
    for (const unit of this.#units.rotate()) this.#giveUp(unit);
  }

  #giveUp(unit: WaitingUnit | undefined): void {
    this.#count -= unit?.outcomes.length ?? 0;
    this.#lapsed += unit?.outcomes.length ?? 0;
  }
}

/** With one more, of those of its input that happened last. */
function withOutcome(
  outcomes: readonly WaitingOutcome[],
  added: WaitingOutcome,
  keptMax: number,
): readonly WaitingOutcome[] {
  const same = outcomes.filter(({ input }) => input === added.input);
  if (same.length < keptMax) return [...outcomes, added];
  const oldest = same.reduce((oldest, outcome) => (outcome.atMs < oldest.atMs ? outcome : oldest));
  if (oldest.atMs > added.atMs) return outcomes;
  return [...outcomes.filter((outcome) => outcome !== oldest), added];
}

/** 53 of the 64 bits: exact as a number. Of two units that share them only the later one waits. */
function keyOfUnit(h0: number, h1: number): number {
  return h0 * 2 ** 21 + (h1 >>> 11);
}

function withKey(unit: WaitingUnit): readonly [number, WaitingUnit] {
  return [keyOfUnit(unit.h0, unit.h1), unit];
}

export function allocateWaiting({ youngCount, oldCount, outcomeCount }: SavedWaiting): WaitingColumns {
  const unitCount = youngCount + oldCount;
  return {
    h0: new Uint32Array(unitCount),
    h1: new Uint32Array(unitCount),
    outcomeCount: new Uint16Array(unitCount),
    input: new Uint16Array(outcomeCount),
    value: new Float64Array(outcomeCount),
    atMs: new Float64Array(outcomeCount),
    receivedAtMs: new Float64Array(outcomeCount),
  };
}

function outcomeAt(columns: WaitingColumns, row: number): WaitingOutcome {
  return {
    input: columns.input[row] ?? 0,
    value: columns.value[row] ?? 0,
    atMs: columns.atMs[row] ?? 0,
    receivedAtMs: columns.receivedAtMs[row] ?? 0,
  };
}
