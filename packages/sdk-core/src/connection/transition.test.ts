import { describe, expect, test } from 'vitest';
import { backoff, REFUSED_DELAY } from './backoff.ts';
import type { ConnectionEffect, ConnectionEvent, ConnectionState } from './connection-state.ts';
import { CONNECT_TIMEOUT_MS, SILENCE_MAX_MS, transition } from './transition.ts';

type StateKind = ConnectionState['kind'];
type EventKind = ConnectionEvent['kind'];
/** `stay`, or the state that follows and what is done on the way. */
type Expectation = 'stay' | { to: ConnectionState; does: readonly ConnectionEffect[] };
/** Complete: a pair without an expectation does not compile. */
type Expectations = Record<StateKind, Record<EventKind, Expectation>>;

const STATES: { readonly [S in StateKind]: Extract<ConnectionState, { kind: S }> } = {
  idle: { kind: 'idle' },
  fetching: { kind: 'fetching', purpose: 'need', failureCount: 2 },
  connecting: { kind: 'connecting', failureCount: 2 },
  streaming: { kind: 'streaming', failureCount: 2 },
  waiting: { kind: 'waiting', next: 'connect', failureCount: 2 },
  closed: { kind: 'closed' },
};

const EVENTS: { readonly [E in EventKind]: Extract<ConnectionEvent, { kind: E }> } = {
  started: { kind: 'started', held: false },
  snapshotTaken: { kind: 'snapshotTaken' },
  snapshotFailed: { kind: 'snapshotFailed', refused: false },
  streamOpened: { kind: 'streamOpened' },
  streamHeard: { kind: 'streamHeard' },
  streamGap: { kind: 'streamGap', withinMs: 9_000 },
  streamClosed: { kind: 'streamClosed' },
  timerFired: { kind: 'timerFired' },
  contextChanged: { kind: 'contextChanged' },
  closed: { kind: 'closed' },
};

const fetchSnapshot = { kind: 'fetchSnapshot' } as const;
const abortFetch = { kind: 'abortFetch' } as const;
const openStream = { kind: 'openStream' } as const;
const closeStream = { kind: 'closeStream' } as const;
const timer = (fromMs: number, toMs = fromMs) => ({ kind: 'startTimer', range: { fromMs, toMs } }) as const;
const need = { kind: 'fetching', purpose: 'need', failureCount: 0 } as const;
const closed = { kind: 'closed' } as const;

const EXPECTED: Expectations = {
  idle: {
    started: { to: need, does: [fetchSnapshot] },
    snapshotTaken: 'stay',
    snapshotFailed: 'stay',
    streamOpened: 'stay',
    streamHeard: 'stay',
    streamGap: 'stay',
    streamClosed: 'stay',
    timerFired: 'stay',
    contextChanged: 'stay',
    closed: { to: closed, does: [] },
  },
  fetching: {
    started: 'stay',
    snapshotTaken: {
      to: { kind: 'connecting', failureCount: 2 },
      does: [timer(CONNECT_TIMEOUT_MS), openStream],
    },
    snapshotFailed: {
      to: { kind: 'waiting', next: 'fetch', failureCount: 3 },
      does: [timer(0, backoff(3).toMs)],
    },
    streamOpened: 'stay',
    streamHeard: 'stay',
    streamGap: 'stay',
    streamClosed: 'stay',
    timerFired: 'stay',
    contextChanged: { to: need, does: [abortFetch, fetchSnapshot] },
    closed: { to: closed, does: [abortFetch] },
  },
  connecting: {
    started: 'stay',
    snapshotTaken: 'stay',
    snapshotFailed: 'stay',
    streamOpened: { to: { kind: 'streaming', failureCount: 2 }, does: [timer(SILENCE_MAX_MS)] },
    streamHeard: 'stay',
    streamGap: 'stay',
    streamClosed: { to: { kind: 'fetching', purpose: 'poll', failureCount: 2 }, does: [fetchSnapshot] },
    timerFired: { to: { kind: 'fetching', purpose: 'poll', failureCount: 2 }, does: [closeStream, fetchSnapshot] },
    contextChanged: { to: need, does: [closeStream, fetchSnapshot] },
    closed: { to: closed, does: [closeStream] },
  },
  streaming: {
    started: 'stay',
    snapshotTaken: 'stay',
    snapshotFailed: 'stay',
    streamOpened: 'stay',
    streamHeard: { to: { kind: 'streaming', failureCount: 0 }, does: [timer(SILENCE_MAX_MS)] },
    streamGap: {
      to: { kind: 'waiting', next: 'fetch', failureCount: 3 },
      does: [closeStream, timer(0, 9_000)],
    },
    streamClosed: { to: { kind: 'waiting', next: 'connect', failureCount: 3 }, does: [timer(0, backoff(3).toMs)] },
    timerFired: { to: { kind: 'fetching', purpose: 'poll', failureCount: 2 }, does: [closeStream, fetchSnapshot] },
    contextChanged: { to: need, does: [closeStream, fetchSnapshot] },
    closed: { to: closed, does: [closeStream] },
  },
  waiting: {
    started: 'stay',
    snapshotTaken: 'stay',
    snapshotFailed: 'stay',
    streamOpened: 'stay',
    streamHeard: 'stay',
    streamGap: 'stay',
    streamClosed: 'stay',
    timerFired: { to: { kind: 'connecting', failureCount: 2 }, does: [timer(CONNECT_TIMEOUT_MS), openStream] },
    contextChanged: { to: need, does: [fetchSnapshot] },
    closed: { to: closed, does: [] },
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
    contextChanged: 'stay',
    closed: 'stay',
  },
};

describe.each(Object.values(STATES))('$kind', (state) => {
  test.each(Object.values(EVENTS))('on $kind', (event) => {
    const expected = EXPECTED[state.kind][event.kind];
    const step = transition(state, event);
    if (expected === 'stay') {
      expect(step.state).toBe(state);
      expect(step.effects).toEqual([]);
    } else expect(step).toEqual({ state: expected.to, effects: expected.does });
  });
});

test('a cached snapshot is confirmed by a fetch, and by the stream when the fetch fails', () => {
  const started = transition(STATES.idle, { kind: 'started', held: true });
  expect(started.state).toEqual({ kind: 'fetching', purpose: 'refresh', failureCount: 0 });
  expect(transition(started.state, EVENTS.snapshotFailed).state).toMatchObject({ kind: 'waiting', next: 'connect' });
});

test('a poll leads back to the stream, whether it succeeds or fails', () => {
  const polling = { kind: 'fetching', purpose: 'poll', failureCount: 4 } as const;
  for (const event of [EVENTS.snapshotTaken, EVENTS.snapshotFailed]) {
    expect(transition(polling, event)).toEqual({
      state: { kind: 'waiting', next: 'connect', failureCount: 5 },
      effects: [timer(0, backoff(5).toMs)],
    });
  }
});

test('a wait that needs a snapshot ends in a fetch', () => {
  const waiting = { kind: 'waiting', next: 'fetch', failureCount: 4 } as const;
  expect(transition(waiting, EVENTS.timerFired)).toEqual({
    state: { kind: 'fetching', purpose: 'need', failureCount: 4 },
    effects: [fetchSnapshot],
  });
});

test('a refused key waits long, and not for good', () => {
  const { state, effects } = transition(STATES.fetching, { kind: 'snapshotFailed', refused: true });
  expect(state.kind).toBe('waiting');
  expect(effects).toEqual([{ kind: 'startTimer', range: REFUSED_DELAY }]);
});

test('a server that only says resync meets growing delays', () => {
  const first = transition({ kind: 'streaming', failureCount: 0 }, { kind: 'streamGap', withinMs: 0 });
  const sixth = transition({ kind: 'streaming', failureCount: 5 }, { kind: 'streamGap', withinMs: 0 });
  expect(first.effects).toContainEqual(timer(0, 1_000));
  expect(sixth.effects).toContainEqual(timer(0, 30_000));
});
