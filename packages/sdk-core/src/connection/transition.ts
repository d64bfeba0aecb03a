import { BEAT_INTERVAL_MS } from '../wire/protocol-values.ts';
import { backoff, delayAfter, type Failure } from './backoff.ts';
import type {
  ConnectionEffect,
  ConnectionEvent,
  ConnectionState,
  DelayRange,
  FetchPurpose,
} from './connection-state.ts';

/** Three beats lost in a row are a dead line, not a slow one. */
export const SILENCE_MAX_MS = 3 * BEAT_INTERVAL_MS;
/** A handshake that takes longer is not worth waiting for: a snapshot by plain HTTP may come through meanwhile. */
export const CONNECT_TIMEOUT_MS = 10_000;

export interface Step {
  /** The very same object when the event means nothing in the state. */
  readonly state: ConnectionState;
  readonly effects: readonly ConnectionEffect[];
}

/**
 * What an event does to a connection. Pure. Events that belong to an attempt which was given up may come late; where
 * they mean nothing, the state stays.
 */
export function transition(state: ConnectionState, event: ConnectionEvent): Step {
  // TABLE's type gives each pair a handler of exactly that state and event; the pair picked is the pair passed.
  const handle = TABLE[state.kind][event.kind] as Handler<ConnectionState, ConnectionEvent>;
  return handle(state, event);
}

type Handler<S, E> = (state: S, event: E) => Step;
type StateOf<K> = Extract<ConnectionState, { kind: K }>;
type EventOf<K> = Extract<ConnectionEvent, { kind: K }>;
/** Complete: leaving out a pair does not compile. */
type Table = {
  readonly [S in ConnectionState['kind']]: { readonly [E in ConnectionEvent['kind']]: Handler<StateOf<S>, EventOf<E>> };
};

const TABLE: Table = {
  idle: {
    started: (_, { held }) => fetch({ purpose: held ? 'refresh' : 'need', failureCount: 0 }),
    snapshotTaken: stay,
    snapshotFailed: stay,
    streamOpened: stay,
    streamHeard: stay,
    streamGap: stay,
    streamClosed: stay,
    timerFired: stay,
    contextChanged: stay,
    closed: () => close(),
  },
  fetching: {
    started: stay,
    snapshotTaken: ({ purpose, failureCount }) =>
      purpose === 'poll' ? wait({ next: 'connect', failureCount, failure: USUAL }) : connect(failureCount),
    snapshotFailed: ({ purpose, failureCount }, failure) =>
      wait({ next: purpose === 'need' ? 'fetch' : 'connect', failureCount, failure }),
    streamOpened: stay,
    streamHeard: stay,
    streamGap: stay,
    streamClosed: stay,
    timerFired: stay,
    contextChanged: () => fetch({ purpose: 'need', failureCount: 0 }, { kind: 'abortFetch' }),
    closed: () => close({ kind: 'abortFetch' }),
  },
  connecting: {
    started: stay,
    snapshotTaken: stay,
    snapshotFailed: stay,
    streamOpened: ({ failureCount }) => listen(failureCount),
    streamHeard: stay,
    streamGap: stay,
    streamClosed: ({ failureCount }) => fetch({ purpose: 'poll', failureCount }),
    timerFired: ({ failureCount }) => fetch({ purpose: 'poll', failureCount }, { kind: 'closeStream' }),
    contextChanged: () => fetch({ purpose: 'need', failureCount: 0 }, { kind: 'closeStream' }),
    closed: () => close({ kind: 'closeStream' }),
  },
  streaming: {
    started: stay,
    snapshotTaken: stay,
    snapshotFailed: stay,
    streamOpened: stay,
    // Only a stream that carried something ends a row of failures: one that opens and breaks keeps backing off.
    streamHeard: () => listen(0),
    streamGap: ({ failureCount }, { withinMs }) => waitForSnapshot(failureCount, withinMs),
    streamClosed: ({ failureCount }) => wait({ next: 'connect', failureCount, failure: USUAL }),
    timerFired: ({ failureCount }) => fetch({ purpose: 'poll', failureCount }, { kind: 'closeStream' }),
    contextChanged: () => fetch({ purpose: 'need', failureCount: 0 }, { kind: 'closeStream' }),
    closed: () => close({ kind: 'closeStream' }),
  },
  waiting: {
    started: stay,
    snapshotTaken: stay,
    snapshotFailed: stay,
    streamOpened: stay,
    streamHeard: stay,
    streamGap: stay,
    streamClosed: stay,
    timerFired: ({ next, failureCount }) =>
      next === 'fetch' ? fetch({ purpose: 'need', failureCount }) : connect(failureCount),
    contextChanged: () => fetch({ purpose: 'need', failureCount: 0 }),
    closed: () => close(),
  },
  closed: {
    started: stay,
    snapshotTaken: stay,
    snapshotFailed: stay,
    streamOpened: stay,
    streamHeard: stay,
    streamGap: stay,
    streamClosed: stay,
    timerFired: stay,
    contextChanged: stay,
    closed: stay,
  },
};

const USUAL = { refused: false } as const;

function stay(state: ConnectionState): Step {
  return { state, effects: [] };
}

function fetch(fetching: { purpose: FetchPurpose; failureCount: number }, ...before: ConnectionEffect[]): Step {
  return { state: { kind: 'fetching', ...fetching }, effects: [...before, { kind: 'fetchSnapshot' }] };
}

function connect(failureCount: number): Step {
  return {
    state: { kind: 'connecting', failureCount },
    effects: [startTimer(CONNECT_TIMEOUT_MS), { kind: 'openStream' }],
  };
}

function listen(failureCount: number): Step {
  return { state: { kind: 'streaming', failureCount }, effects: [startTimer(SILENCE_MAX_MS)] };
}

function wait(after: {
  next: 'fetch' | 'connect';
  failureCount: number;
  failure: Omit<Failure, 'failureCount'>;
}): Step {
  const failureCount = after.failureCount + 1;
  const range = delayAfter({ ...after.failure, failureCount });
  return { state: { kind: 'waiting', next: after.next, failureCount }, effects: [{ kind: 'startTimer', range }] };
}

/** A resync counts as a failure until a beat follows: a server that only ever says `resync` meets growing delays. */
function waitForSnapshot(failuresBefore: number, withinMs: number): Step {
  const failureCount = failuresBefore + 1;
  const range: DelayRange = { fromMs: 0, toMs: Math.max(withinMs, backoff(failureCount).toMs) };
  return {
    state: { kind: 'waiting', next: 'fetch', failureCount },
    effects: [{ kind: 'closeStream' }, { kind: 'startTimer', range }],
  };
}

function close(...before: ConnectionEffect[]): Step {
  return { state: { kind: 'closed' }, effects: before };
}

function startTimer(delayMs: number): ConnectionEffect {
  return { kind: 'startTimer', range: { fromMs: delayMs, toMs: delayMs } };
}
