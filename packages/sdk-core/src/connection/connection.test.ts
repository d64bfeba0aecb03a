import { pageEvaluator, pageUnitHashes } from '@tidegate/evaluation/page';
import { answered, buildFlag, manualTime } from '@tidegate/testkit';
import { describe, expect, test } from 'vitest';
import type { HttpAnswer, HttpRequest, Platform, StreamHandlers } from '../platform.ts';
import { createRulesStore } from '../rules/rules-store.ts';
import { CONNECT_TIMEOUT_MS, type ConnectionState, createConnection, SILENCE_MAX_MS } from './connection.ts';

const SNAPSHOT = { protocol: 1, environment: 'default/production', revision: 7, flags: [buildFlag()], segments: [] };
const ANSWER = answered(200, JSON.stringify(SNAPSHOT));
const RESYNC_WITHIN_MS = 9_000;

/** A connection whose requests, streams and timers are in the test's hand; each delay is the longest that may be drawn. */
class Line {
  readonly time = manualTime();
  /** What the connection did since it was last asked. */
  does: string[] = [];
  readonly fetches: { answer: (answer: HttpAnswer) => void; isGivenUp: boolean }[] = [];
  readonly streams: { handlers: StreamHandlers; isClosed: boolean }[] = [];
  readonly applied: number[] = [];
  /** Of the timer that runs. */
  timerMs: number | undefined;
  fire: (() => void) | undefined;
  readonly store = createRulesStore({ evaluator: pageEvaluator, epochMs: () => 0 });
  readonly connection = createConnection({
    platform: this.#platform(),
    store: this.store,
    key: 'tg_srv_key',
    instance: 'i',
    onConfirmed: () => undefined,
    onFailed: () => undefined,
  });

  /** Answers the fetch in flight, or the one that was given up first. */
  async answer(outcome: HttpAnswer): Promise<void> {
    const fetch = this.connection.state() === 'fetching' ? this.fetches.at(-1) : this.fetches[0];
    fetch?.answer(outcome);
    await this.time.advance(0);
  }

  /** The handlers of the stream that is listened to, or of the one that was left first. */
  get stream(): StreamHandlers | undefined {
    const hasStream = ['connecting', 'streaming'].includes(this.connection.state());
    return (hasStream ? this.streams.at(-1) : this.streams[0])?.handlers;
  }

  #platform(): Platform {
    return {
      sdk: { name: 'line', version: '0' },
      evaluator: pageEvaluator,
      unitHashes: pageUnitHashes,
      json: JSON,
      epochMs: () => 0,
      monotonicMs: () => this.time.nowMs(),
      random: () => 1,
      randomUuid: () => 'i',
      after: (delayMs, callback) => {
        const clear = () => {
          this.timerMs = undefined;
          this.fire = undefined;
        };
        this.timerMs = delayMs;
        this.fire = () => {
          clear();
          callback();
        };
        return clear;
      },
      request: (_: string, request: HttpRequest) =>
        new Promise((answer) => {
          const fetch = { answer, isGivenUp: false };
          this.fetches.push(fetch);
          this.does.push('fetch');
          request.signal?.addEventListener('abort', () => {
            fetch.isGivenUp = true;
          });
        }),
      openStream: (_, signal, handlers) => {
        const stream = { handlers, isClosed: false };
        this.streams.push(stream);
        this.does.push('open stream');
        signal.addEventListener('abort', () => {
          stream.isClosed = true;
        });
        return (revision) => void this.applied.push(revision);
      },
      log: () => undefined,
    };
  }
}

type Event =
  | 'started'
  | 'snapshotTaken'
  | 'snapshotFailed'
  | 'streamOpened'
  | 'streamHeard'
  | 'streamGap'
  | 'streamClosed'
  | 'timerFired'
  | 'closed';

const EVENTS: Readonly<Record<Event, (line: Line) => unknown>> = {
  started: ({ connection }) => connection.start(),
  snapshotTaken: (line) => line.answer(ANSWER),
  snapshotFailed: (line) => line.answer(answered(500)),
  streamOpened: ({ stream }) => stream?.onOpen(),
  streamHeard: ({ stream }) => stream?.onWord('beat', { revision: 7 }),
  streamGap: ({ stream }) => stream?.onWord('resync', { withinMs: RESYNC_WITHIN_MS }),
  streamClosed: ({ stream }) => stream?.onClose('lost'),
  timerFired: ({ fire }) => fire?.(),
  closed: ({ connection }) => connection.close(),
};

/** Two failures in a row behind it, and behind those a stream that was given up and may still speak. */
async function troubledLine(): Promise<Line> {
  const line = new Line();
  line.connection.start();
  await line.answer(ANSWER);
  line.stream?.onOpen();
  line.stream?.onWord('resync', { withinMs: 0 });
  line.fire?.();
  await line.answer(answered(500));
  line.fire?.();
  return line;
}

const STATES: Readonly<Record<ConnectionState, () => Promise<Line>>> = {
  idle: async () => new Line(),
  fetching: troubledLine,
  async connecting() {
    const line = await troubledLine();
    await line.answer(ANSWER);
    return line;
  },
  async streaming() {
    const line = await STATES.connecting();
    line.stream?.onOpen();
    return line;
  },
  async waiting() {
    const line = await STATES.streaming();
    line.stream?.onClose('lost');
    return line;
  },
  async closed() {
    const line = await STATES.streaming();
    line.connection.close();
    return line;
  },
};

/** `stay`, or the state that follows, what is begun on the way, and the timer that runs then. */
type Expectation = 'stay' | { to: ConnectionState; does?: string; timerMs?: number };
/** Complete: a pair without an expectation does not compile. */
type Expectations = Readonly<Record<ConnectionState, Readonly<Record<Event, Expectation>>>>;

/** After three failures in a row, at most. */
const THIRD_DELAY_MS = 4_000;
const FETCH = { to: 'fetching', does: 'fetch' } as const;
const CONNECT = { to: 'connecting', does: 'open stream', timerMs: CONNECT_TIMEOUT_MS } as const;
const LISTEN = { to: 'streaming', timerMs: SILENCE_MAX_MS } as const;
const WAIT_AFTER_THIRD = { to: 'waiting', timerMs: THIRD_DELAY_MS } as const;
const CLOSE = { to: 'closed' } as const;

const EXPECTED: Expectations = {
  idle: {
    started: FETCH,
    snapshotTaken: 'stay',
    snapshotFailed: 'stay',
    streamOpened: 'stay',
    streamHeard: 'stay',
    streamGap: 'stay',
    streamClosed: 'stay',
    timerFired: 'stay',
    closed: CLOSE,
  },
  fetching: {
    started: 'stay',
    snapshotTaken: CONNECT,
    snapshotFailed: WAIT_AFTER_THIRD,
    streamOpened: 'stay',
    streamHeard: 'stay',
    streamGap: 'stay',
    streamClosed: 'stay',
    timerFired: 'stay',
    closed: CLOSE,
  },
  connecting: {
    started: 'stay',
    snapshotTaken: 'stay',
    snapshotFailed: 'stay',
    streamOpened: LISTEN,
    streamHeard: 'stay',
    streamGap: 'stay',
    streamClosed: FETCH,
    timerFired: FETCH,
    closed: CLOSE,
  },
  streaming: {
    started: 'stay',
    snapshotTaken: 'stay',
    snapshotFailed: 'stay',
    streamOpened: 'stay',
    streamHeard: LISTEN,
    streamGap: { to: 'waiting', timerMs: RESYNC_WITHIN_MS },
    streamClosed: WAIT_AFTER_THIRD,
    timerFired: FETCH,
    closed: CLOSE,
  },
  waiting: {
    started: 'stay',
    snapshotTaken: 'stay',
    snapshotFailed: 'stay',
    streamOpened: 'stay',
    streamHeard: 'stay',
    streamGap: 'stay',
    streamClosed: 'stay',
    timerFired: CONNECT,
    closed: CLOSE,
  },
  closed: {
    started: 'stay',
    snapshotTaken: 'stay',
    snapshotFailed: 'stay',
    streamOpened: 'stay',
    streamHeard: 'stay',
    streamGap: 'stay',
    streamClosed: 'stay',
    timerFired: 'stay',
    closed: 'stay',
  },
};

/** Object.keys of a record whose keys are known. */
const STATE_KINDS = Object.keys(STATES) as ConnectionState[];
const EVENT_KINDS = Object.keys(EVENTS) as Event[];

describe.each(STATE_KINDS)('%s', (state) => {
  test.each(EVENT_KINDS)('on %s', async (event) => {
    const line = await STATES[state]();
    expect(line.connection.state()).toBe(state);
    const { timerMs } = line;
    line.does = [];
    await EVENTS[event](line);
    const expected = EXPECTED[state][event];
    if (expected === 'stay') {
      expect(line.connection.state()).toBe(state);
      expect({ does: line.does, timerMs: line.timerMs }).toEqual({ does: [], timerMs });
      return;
    }
    expect(line.connection.state()).toBe(expected.to);
    expect({ does: line.does.join(), timerMs: line.timerMs }).toEqual({
      does: expected.does ?? '',
      timerMs: expected.timerMs,
    });
    // One attempt at a time: whatever was begun before is over.
    const [fetching, streaming] = [expected.to === 'fetching', ['connecting', 'streaming'].includes(expected.to)];
    expect(line.fetches.slice(0, fetching ? -1 : undefined).every(({ isGivenUp }) => isGivenUp)).toBe(true);
    expect(line.streams.slice(0, streaming ? -1 : undefined).every(({ isClosed }) => isClosed)).toBe(true);
  });
});

test('a cached snapshot is confirmed by a fetch, and by the stream when the fetch fails', async () => {
  const line = new Line();
  line.store.takeFirst(SNAPSHOT, undefined);
  line.connection.start();
  await line.answer(answered(500));
  expect(line.connection.state()).toBe('waiting');
  line.fire?.();
  expect(line.connection.state()).toBe('connecting');
});

test('a poll leads back to the stream, whether it succeeds or fails', async () => {
  for (const outcome of [ANSWER, answered(500)]) {
    const line = await STATES.connecting();
    line.fire?.();
    await line.answer(outcome);
    expect({ state: line.connection.state(), timerMs: line.timerMs }).toEqual({
      state: 'waiting',
      timerMs: THIRD_DELAY_MS,
    });
    line.fire?.();
    expect(line.connection.state()).toBe('connecting');
  }
});

test('a wait that needs a snapshot ends in a fetch', async () => {
  const line = await STATES.streaming();
  line.stream?.onWord('resync', { withinMs: 0 });
  line.fire?.();
  expect(line.connection.state()).toBe('fetching');
});

test('a refused key waits long, and not for good', async () => {
  const line = await troubledLine();
  await line.answer(answered(401));
  expect({ state: line.connection.state(), timerMs: line.timerMs }).toEqual({ state: 'waiting', timerMs: 60_000 });
  line.fire?.();
  expect(line.connection.state()).toBe('fetching');
});

test('a server that only says resync meets growing delays, until a beat follows', async () => {
  const line = await STATES.streaming();
  const delaysMs: unknown[] = [];
  const resync = () => {
    line.stream?.onWord('resync', { withinMs: 0 });
    delaysMs.push(line.timerMs);
  };
  const stream = async () => {
    line.fire?.();
    await line.answer(ANSWER);
    line.stream?.onOpen();
  };
  for (let time = 0; time < 4; time++) {
    resync();
    await stream();
  }
  line.stream?.onWord('beat', { revision: 7 });
  resync();
  expect(delaysMs).toEqual([4_000, 8_000, 16_000, 30_000, 1_000]);
});

test('an applied delta is confirmed to the server before anybody hears of it', async () => {
  const line = await STATES.streaming();
  line.stream?.onWord('delta', { fromRevision: 7, revision: 8, changes: [] });
  line.stream?.onWord('delta', { fromRevision: 7, revision: 8, changes: [] });
  expect(line.applied).toEqual([8]);
});
