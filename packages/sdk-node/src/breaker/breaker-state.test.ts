import { describe, expect, test } from 'vitest';
import {
  admit,
  BREAKER_LIMITS,
  type BreakerState,
  CLOSED_BREAKER,
  type ClosedBreaker,
  type HalfOpenBreaker,
  type OpenBreaker,
  settle,
} from './breaker-state.ts';

const { failures, windowMs, pauseMs } = BREAKER_LIMITS;

const CLOSED: ClosedBreaker = {
  kind: 'closed',
  generation: 4,
  windowFromMs: 0,
  callCount: failures - 1,
  failureCount: failures - 1,
};
const OPEN: OpenBreaker = { kind: 'open', generation: 5, sinceMs: 0, pausedAtMs: 0 };
const HALF_OPEN: HalfOpenBreaker = { kind: 'halfOpen', generation: 6, sinceMs: 0, probeFromMs: 0 };

/** What happens to a breaker, with the instant; `late` is a call that another generation let through. */
type BreakerEvent = 'asked' | 'askedAfterPause' | 'succeeded' | 'failed' | 'lateSuccess' | 'lateFailure';

const EVENTS: Readonly<Record<BreakerEvent, (state: BreakerState) => BreakerState>> = {
  asked: (state) => admit(state, BREAKER_LIMITS, pauseMs - 1).state,
  askedAfterPause: (state) => admit(state, BREAKER_LIMITS, pauseMs).state,
  succeeded: (state) => settle(state, { ticket: state.generation, failed: false }, BREAKER_LIMITS, 1),
  failed: (state) => settle(state, { ticket: state.generation, failed: true }, BREAKER_LIMITS, 1),
  lateSuccess: (state) => settle(state, { ticket: state.generation - 1, failed: false }, BREAKER_LIMITS, 1),
  lateFailure: (state) => settle(state, { ticket: state.generation - 1, failed: true }, BREAKER_LIMITS, 1),
};

const TABLE: Readonly<Record<BreakerState['kind'], Readonly<Record<BreakerEvent, BreakerState>>>> = {
  closed: {
    asked: CLOSED,
    askedAfterPause: CLOSED,
    succeeded: { ...CLOSED, callCount: failures },
    failed: { kind: 'open', generation: 5, sinceMs: 1, pausedAtMs: 1 },
    lateSuccess: CLOSED,
    lateFailure: CLOSED,
  },
  open: {
    asked: OPEN,
    askedAfterPause: { kind: 'halfOpen', generation: 6, sinceMs: 0, probeFromMs: pauseMs },
    // An open breaker gives no tickets, so none of its generation comes back.
    succeeded: OPEN,
    failed: OPEN,
    lateSuccess: OPEN,
    lateFailure: OPEN,
  },
  halfOpen: {
    asked: HALF_OPEN,
    askedAfterPause: { kind: 'halfOpen', generation: 7, sinceMs: 0, probeFromMs: pauseMs },
    succeeded: { kind: 'closed', generation: 7, windowFromMs: 1, callCount: 0, failureCount: 0 },
    failed: { kind: 'open', generation: 7, sinceMs: 0, pausedAtMs: 1 },
    lateSuccess: HALF_OPEN,
    lateFailure: HALF_OPEN,
  },
};

const STATES = { closed: CLOSED, open: OPEN, halfOpen: HALF_OPEN };

describe.each(Object.values(STATES))('a breaker that is $kind', (state) => {
  test.each(Object.entries(EVENTS))('when %s', (event, happen) => {
    // The names are those of the table.
    expect(happen(state)).toEqual(TABLE[state.kind][event as BreakerEvent]);
  });
});

test('only a closed breaker, and one whose pause is over, lets treatment run', () => {
  expect(admit(CLOSED, BREAKER_LIMITS, 0).ticket).toBe(4);
  expect(admit(OPEN, BREAKER_LIMITS, pauseMs - 1).ticket).toBeUndefined();
  expect(admit(OPEN, BREAKER_LIMITS, pauseMs).ticket).toBe(6);
  expect(admit(HALF_OPEN, BREAKER_LIMITS, pauseMs - 1).ticket).toBeUndefined();
});

test('failures that many calls explain do not open it', () => {
  const calls = Array.from({ length: 1_000 }, (_, index) => index % 100 === 0);
  expect(replay(calls.map((failed) => ({ failed, atMs: 0 })))).toMatchObject({ kind: 'closed', failureCount: 10 });
});

test('failures of different windows do not add up', () => {
  const apart = Array.from({ length: failures * 2 }, (_, index) => ({ failed: true, atMs: (index * windowMs) / 2 }));
  expect(replay(apart)).toMatchObject({ kind: 'closed', failureCount: 2 });
});

test('fewer failures than the limit do not open it, however large their share', () => {
  const few = Array.from({ length: failures - 1 }, () => ({ failed: true, atMs: 0 }));
  expect(replay(few).kind).toBe('closed');
});

function replay(calls: readonly { readonly failed: boolean; readonly atMs: number }[]): BreakerState {
  return calls.reduce<BreakerState>(
    (state, { failed, atMs }) => settle(state, { ticket: state.generation, failed }, BREAKER_LIMITS, atMs),
    CLOSED_BREAKER,
  );
}
