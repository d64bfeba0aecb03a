import type { LogRecord } from '@tidegate/analysis';
import type { RecentEvents } from '@tidegate/protocol';

type BatchRecord = Extract<LogRecord, { kind: 'batch' }>;
type Sdk = RecentEvents['sdks'][number];
type Minute = RecentEvents['minutes'][number];
type Sample = RecentEvents['newest'][number];
type Flow = Omit<Minute, 'atMs'>;
type Writable<Shape> = { -readonly [Member in keyof Shape]: Shape[Member] };

const MINUTE_MS = 60_000;
const KEPT_MS = 60 * MINUTE_MS;
/** More versions than any fleet should have, and names of events than anybody reads; further ones are not named. */
const SDKS_MAX = 100;
const EVENTS_MAX = 200;
/** A screen full. */
const SAMPLES_MAX = 20;
/** Of one batch, so that a large one does not push out what others sent. */
const SAMPLES_PER_BATCH = 4;

interface EventCounts {
  lastAtMs: number;
  readonly byMinute: Map<number, number>;
}

/**
 * What came into one environment within the last hour, by minute, SDK and event: for people who look whether anything
 * comes. No decision reads it, so it is in no checkpoint, and begins anew with each accountant. Time is the records' own.
 */
export class RecentBook {
  readonly #sinceMs: number;
  readonly #minutes = new Map<number, Writable<Minute>>();
  readonly #sdks = new Map<string, Writable<Sdk>>();
  readonly #events = new Map<string, EventCounts>();
  #samples: readonly Sample[] = [];

  constructor(sinceMs: number) {
    this.#sinceMs = sinceMs;
  }

  note(record: BatchRecord): void {
    const { batch, receivedAtMs, origin } = record;
    const flow = flowOf(batch);
    const minuteMs = Math.floor(receivedAtMs / MINUTE_MS) * MINUTE_MS;
    if (!this.#minutes.has(minuteMs)) this.#forgetBefore(receivedAtMs - KEPT_MS);
    const minute = this.#minutes.get(minuteMs) ?? { atMs: minuteMs, ...NOTHING };
    add(minute, flow);
    this.#minutes.set(minuteMs, minute);

    const { name, version } = batch.sdk;
    const sdkKey = `${origin} ${name} ${version}`;
    const sdk = this.#sdks.get(sdkKey) ?? { name, version, keyKind: origin, lastAtMs: 0, clockAheadMs: 0, ...NOTHING };
    add(sdk, flow);
    sdk.lastAtMs = receivedAtMs;
    sdk.clockAheadMs = Math.round(batch.sentAtMs - receivedAtMs);
    if (this.#sdks.has(sdkKey) || this.#sdks.size < SDKS_MAX) this.#sdks.set(sdkKey, sdk);

    this.#noteEvents(record, minuteMs);
    this.#samples = [...samplesOf(record), ...this.#samples].slice(0, SAMPLES_MAX);
  }

  view(nowMs: number): RecentEvents {
    this.#forgetBefore(nowMs - KEPT_MS);
    return {
      sinceMs: Math.max(this.#sinceMs, nowMs - KEPT_MS),
      minutes: [...this.#minutes.values()].map((minute) => ({ ...minute })),
      sdks: [...this.#sdks.values()].map((sdk) => ({ ...sdk })),
      events: [...this.#events].map(([event, { lastAtMs, byMinute }]) => ({
        event,
        lastAtMs,
        minutes: [...byMinute].map(([atMs, count]) => ({ atMs, count })),
      })),
      newest: [...this.#samples],
    };
  }

  #noteEvents({ batch: { outcomes }, receivedAtMs }: BatchRecord, minuteMs: number): void {
    const counts = new Array<number>(outcomes.events.length).fill(0);
    for (const index of outcomes.event) counts[index] = (counts[index] ?? 0) + 1;
    for (const [index, event] of outcomes.events.entries()) {
      const count = counts[index] ?? 0;
      const known = this.#events.get(event) ?? { lastAtMs: 0, byMinute: new Map<number, number>() };
      if (count === 0 || (!this.#events.has(event) && this.#events.size >= EVENTS_MAX)) continue;
      known.lastAtMs = receivedAtMs;
      known.byMinute.set(minuteMs, (known.byMinute.get(minuteMs) ?? 0) + count);
      this.#events.set(event, known);
    }
  }

  #forgetBefore(atMs: number): void {
    for (const minuteMs of [...this.#minutes.keys()]) if (minuteMs < atMs) this.#minutes.delete(minuteMs);
    for (const [key, { lastAtMs }] of [...this.#sdks]) if (lastAtMs < atMs) this.#sdks.delete(key);
    for (const [event, { lastAtMs, byMinute }] of [...this.#events]) {
      if (lastAtMs < atMs) this.#events.delete(event);
      for (const minuteMs of [...byMinute.keys()]) if (minuteMs < atMs) byMinute.delete(minuteMs);
    }
    this.#samples = this.#samples.filter((sample) => sample.atMs >= atMs);
  }
}

const NOTHING: Flow = { batches: 0, evaluations: 0, exposures: 0, outcomes: 0, dropped: 0 };

function flowOf({ counters, exposures, outcomes, dropped }: BatchRecord['batch']): Flow {
  return {
    batches: 1,
    evaluations: counters.count.reduce((sum, count) => sum + count, 0),
    exposures: exposures.unit.length,
    outcomes: outcomes.unit.length,
    dropped: dropped.exposures + dropped.outcomes,
  };
}

function add(to: Writable<Flow>, flow: Flow): void {
  to.batches += flow.batches;
  to.evaluations += flow.evaluations;
  to.exposures += flow.exposures;
  to.outcomes += flow.outcomes;
  to.dropped += flow.dropped;
}

/** The last rows of a batch; those that point nowhere are left out. */
function samplesOf({ batch, receivedAtMs }: BatchRecord): readonly Sample[] {
  const { exposures, outcomes, units, sdk } = batch;
  const rowsOf = ({ length }: readonly unknown[]) =>
    Array.from({ length: Math.min(length, SAMPLES_PER_BATCH) }, (_, index) => length - 1 - index);
  const sampleAt = (unit: number | undefined, ageMs: number | undefined) => {
    const h0 = units.h0[unit ?? -1] ?? 0;
    return {
      atMs: receivedAtMs - (ageMs ?? 0),
      unit: h0.toString(16).padStart(8, '0'),
      sdk: `${sdk.name} ${sdk.version}`,
    };
  };
  const exposed = rowsOf(exposures.unit).flatMap((row): Sample[] => {
    const rolloutId = exposures.rolloutIds[exposures.rollout[row] ?? -1];
    const stageIndex = exposures.stage[row];
    if (rolloutId === undefined || stageIndex === undefined) return [];
    const arm = exposures.arm[row] === 1 ? 'treatment' : 'control';
    return [{ kind: 'exposure', ...sampleAt(exposures.unit[row], exposures.ageMs[row]), rolloutId, stageIndex, arm }];
  });
  const happened = rowsOf(outcomes.unit).flatMap((row): Sample[] => {
    const event = outcomes.events[outcomes.event[row] ?? -1];
    const value = outcomes.value[row];
    if (event === undefined || value === undefined) return [];
    return [{ kind: 'outcome', ...sampleAt(outcomes.unit[row], outcomes.ageMs[row]), event, value }];
  });
  return [...exposed, ...happened].sort((one, other) => other.atMs - one.atMs);
}
