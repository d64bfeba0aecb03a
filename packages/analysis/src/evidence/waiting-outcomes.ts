import { Generations } from './generations.ts';

/**
 * Outcomes that came before their exposure: another SDK, another flush. Each is held once for all epochs of an
 * environment, and tells which of them have counted it already:
 *
 *     outcome of unit u ──▶ epochs 1 2 3 listen to it; u is exposed in 2   counted by 2, pending in 1 and 3
 *     exposure of u in 1 ─▶ 1 counts it                                     counted by 1 2, pending in 3
 *     a minute later ─────▶ unmatched in 3
 *
 * Of those that count once at most one per unit and listener waits, the one that happened last, since it is the likeliest
 * to follow an exposure; of those that are summed the last few do. Whoever is not matched within `latenessMs` is
 * unmatched; so are the oldest when more than half of `capacity` units came in less time than that.
 */
export interface WaitingOutcome {
  readonly feed: WaitingFeed;
  readonly value: number;
  /** When it happened, and when it came. */
  readonly atMs: number;
  readonly receivedAtMs: number;
  /** It waits for epochs with a lower serial than this: those that had been opened when it came. */
  readonly epochsBefore: number;
  /** Listeners, by id, that have counted it or wait for one that happened later; and how many there are besides. */
  readonly doneWith: readonly number[];
  readonly pendingCount: number;
}

/** Who listens to the outcomes of one feed; nobody any more, when their epochs are closed. */
export interface WaitingFeed {
  readonly key: string;
  /** Whether its outcomes are summed, so that each of them matters. */
  readonly isSummed: boolean;
  readonly listeners: readonly WaitingListener[];
}

export interface WaitingListener {
  /** Of all inputs of all epochs that the environment ever had. */
  readonly id: number;
  readonly epoch: {
    readonly serial: number;
    readonly counts: { waitingOutcomes: number; unmatchedOutcomes: number };
  };
}

export interface Unit {
  readonly h0: number;
  readonly h1: number;
}

/** Never changed, only replaced: a checkpoint that is being written still has the ones of its moment. */
export interface WaitingUnit extends Unit {
  readonly outcomes: readonly WaitingOutcome[];
}

export interface WaitingOptions {
  readonly capacity: number;
  readonly latenessMs: number;
}

/** Units by generation, the young ones first, in the order in which they came. */
export interface SavedWaiting {
  readonly units: readonly WaitingUnit[];
  readonly youngCount: number;
  readonly youngSinceMs: number;
}

/** An entry of a map, a unit and an outcome, roughly, as V8 keeps them. */
const BYTES_PER_UNIT = 300;
/** Of each outcome of a unit beyond the first. */
const BYTES_PER_OUTCOME = 150;
/** Of one unit and feed that is summed: nobody does more of one thing in the moments before an exposure comes in. */
const SUMMED_MAX = 16;

export class WaitingOutcomes {
  /** Outcomes that no epoch counted, since it was last asked. */
  #unmatched = 0;
  #count = 0;
  #youngSinceMs = 0;
  #units = new Generations<number, WaitingUnit>();
  readonly #options: WaitingOptions;

  constructor(options: WaitingOptions) {
    this.#options = options;
  }

  /** Outcomes waiting now, each once. */
  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    const { size } = this.#units;
    return size * BYTES_PER_UNIT + (this.#count - size) * BYTES_PER_OUTCOME;
  }

  add(unit: Unit, outcome: WaitingOutcome): void {
    const key = keyOfUnit(unit);
    const there = this.#units.get(key);
    const isSameUnit = there !== undefined && isSame(there, unit);
    if (there !== undefined && !isSameUnit) this.#giveUp(there);
    for (const { epoch } of listPending(outcome)) epoch.counts.waitingOutcomes++;
    this.#count++;
    const outcomes = isSameUnit ? this.#with(there.outcomes, outcome) : [outcome];
    this.#units.set(key, { h0: unit.h0, h1: unit.h1, outcomes });
    if (this.#units.youngSize * 2 >= this.#options.capacity) this.#rotate(outcome.receivedAtMs);
  }

  /**
   * Offers what waits for a unit, and is not too old at `nowMs`, to one epoch. `count` says which of its listeners have
   * counted the outcome now; they are not asked again.
   */
  offer(unit: Unit, nowMs: number, count: (outcome: WaitingOutcome) => readonly number[]): void {
    const key = keyOfUnit(unit);
    const there = this.#units.get(key);
    if (there === undefined || !isSame(there, unit)) return;
    const outcomes = there.outcomes.flatMap((outcome) => {
      if (outcome.receivedAtMs + this.#options.latenessMs < nowMs) return this.#lapse(outcome);
      return this.#without(outcome, count(outcome));
    });
    if (outcomes.length === 0) this.#units.delete(key);
    else this.#units.replace(key, { h0: unit.h0, h1: unit.h1, outcomes });
  }

  /** Gives up what is too old at `nowMs`, and returns how many outcomes nobody has counted, since the last call. */
  expire(nowMs: number): number {
    if (nowMs - this.#youngSinceMs >= this.#options.latenessMs) this.#rotate(nowMs);
    const unmatched = this.#unmatched;
    this.#unmatched = 0;
    return unmatched;
  }

  /** As it is now: what comes later does not change it. */
  save(): SavedWaiting {
    const { values, youngCount } = this.#units.list();
    return { units: values, youngCount, youngSinceMs: this.#youngSinceMs };
  }

  /** Fills what is empty. What the epochs have counted of it they know. */
  load({ units, youngCount, youngSinceMs }: SavedWaiting): void {
    this.#youngSinceMs = youngSinceMs;
    this.#units = new Generations({ keys: units.map(keyOfUnit), values: units, youngCount });
    for (const { outcomes } of units) this.#count += outcomes.length;
  }

  #with(outcomes: readonly WaitingOutcome[], added: WaitingOutcome): readonly WaitingOutcome[] {
    if (added.feed.isSummed) return this.#withSummed(outcomes, added);
    let rest: readonly WaitingOutcome[] = [added];
    const others = outcomes.flatMap((outcome) => {
      if (outcome.feed.key !== added.feed.key) return [outcome];
      if (outcome.atMs <= added.atMs) return this.#drop(outcome, listPending(added));
      rest = rest.flatMap((one) => this.#drop(one, listPending(outcome)));
      return [outcome];
    });
    return [...others, ...rest];
  }

  /** With one more, of those of its feed that happened last. */
  #withSummed(outcomes: readonly WaitingOutcome[], added: WaitingOutcome): readonly WaitingOutcome[] {
    const all = [...outcomes, added];
    const same = all.filter(({ feed }) => feed.key === added.feed.key);
    if (same.length <= SUMMED_MAX) return all;
    const oldest = same.reduce((oldest, outcome) => (outcome.atMs < oldest.atMs ? outcome : oldest));
    for (const { epoch } of listPending(oldest)) epoch.counts.waitingOutcomes--;
    this.#count--;
    return all.filter((outcome) => outcome !== oldest);
  }

  /** What is left of an outcome for which some listeners wait no more. */
  #drop(outcome: WaitingOutcome, listeners: readonly WaitingListener[]): readonly WaitingOutcome[] {
    const dropped = listPending(outcome).filter((listener) => listeners.includes(listener));
    for (const { epoch } of dropped) epoch.counts.waitingOutcomes--;
    return this.#without(
      outcome,
      dropped.map(({ id }) => id),
    );
  }

  /** What is left of an outcome that some more are done with: nothing, when everybody is. */
  #without(outcome: WaitingOutcome, done: readonly number[]): readonly WaitingOutcome[] {
    if (done.length === 0) return [outcome];
    const pendingCount = outcome.pendingCount - done.length;
    if (pendingCount > 0) return [{ ...outcome, pendingCount, doneWith: [...outcome.doneWith, ...done] }];
    this.#count--;
    return [];
  }

  #lapse(outcome: WaitingOutcome): readonly WaitingOutcome[] {
    for (const { epoch } of listPending(outcome)) {
      epoch.counts.waitingOutcomes--;
      epoch.counts.unmatchedOutcomes++;
    }
    this.#count--;
    if (outcome.doneWith.length === 0) this.#unmatched++;
    return [];
  }

  #rotate(nowMs: number): void {
    this.#youngSinceMs = nowMs;
    for (const unit of this.#units.rotate()) this.#giveUp(unit);
  }

  #giveUp(unit: WaitingUnit): void {
    for (const outcome of unit.outcomes) this.#lapse(outcome);
  }
}

/** Whom an outcome waits for. */
function listPending({ doneWith, epochsBefore, feed }: WaitingOutcome): readonly WaitingListener[] {
  return feed.listeners.filter(({ id, epoch }) => epoch.serial < epochsBefore && !doneWith.includes(id));
}

/** 53 of the 64 bits: exact as a number. Of two units that share them only the later one waits. */
function keyOfUnit({ h0, h1 }: Unit): number {
  return h0 * 2 ** 21 + (h1 >>> 11);
}

function isSame(one: Unit, other: Unit): boolean {
  return one.h0 === other.h0 && one.h1 === other.h1;
}
