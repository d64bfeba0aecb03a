/**
 * A circuit breaker as values: it keeps treatment from running where it keeps failing.
 *
 *     closed ──(failures ≥ N and failures/calls ≥ share, in one window)──▶ open
 *        ▲                                                                  │ pause over, somebody asks
 *        └──(the probe succeeds)── halfOpen ◀───────────────────────────────┘
 *                                     └──(the probe fails)──▶ open
 *
 * While half open one call runs at a time. Every ticket carries the generation in which it was given, and every move
 * makes a new one: what ends late, after the breaker has moved on, counts for nothing.
 */
export type BreakerState = ClosedBreaker | OpenBreaker | HalfOpenBreaker;

export interface ClosedBreaker {
  readonly kind: 'closed';
  readonly generation: number;
  readonly windowFromMs: number;
  readonly callCount: number;
  readonly failureCount: number;
}

export interface OpenBreaker {
  readonly kind: 'open';
  readonly generation: number;
  /** When it opened first, since it was last closed. */
  readonly sinceMs: number;
  /** When the pause began that now runs. */
  readonly pausedAtMs: number;
}

export interface HalfOpenBreaker {
  readonly kind: 'halfOpen';
  readonly generation: number;
  readonly sinceMs: number;
  readonly probeFromMs: number;
}

export interface BreakerLimits {
  /** Failures in one window that open it. */
  readonly failures: number;
  /** Windows follow each other; a new one begins with the first call after the last is over. */
  readonly windowMs: number;
  /** The smallest share of the window's calls that must have failed: a busy flag always has some failures. */
  readonly failureShare: number;
  /** How long treatment then rests before one call tries it again; a probe that takes longer is given up for another. */
  readonly pauseMs: number;
}

/**
 * Five failures and 30 s of rest are Istio's outlier detection (consecutive5xxErrors, baseEjectionTime), half of the
 * calls is the threshold of Hystrix and of resilience4j. The window is short, so that it trips while an incident is
 * young. The share is what keeps it shut: of ten calls that fail once in a hundred, five or more fail in one window of
 * 40 million, while five failures alone are a matter of half a second at 1,000 calls a second.
 */
export const BREAKER_LIMITS: BreakerLimits = {
  failures: 5,
  windowMs: 10_000,
  failureShare: 0.5,
  pauseMs: 30_000,
};

export const CLOSED_BREAKER: ClosedBreaker = closed(0, Number.NEGATIVE_INFINITY);

/** The generation in which a call was let through. */
export type Ticket = number;

export interface Admission {
  readonly state: BreakerState;
  /** Undefined when treatment may not run. */
  readonly ticket: Ticket | undefined;
}

/** May treatment run now? */
export function admit(state: BreakerState, limits: BreakerLimits, nowMs: number): Admission {
  switch (state.kind) {
    case 'closed':
      return { state, ticket: state.generation };
    case 'open':
      return nowMs - state.pausedAtMs < limits.pauseMs ? { state, ticket: undefined } : probe(state, nowMs);
    case 'halfOpen':
      return nowMs - state.probeFromMs < limits.pauseMs ? { state, ticket: undefined } : probe(state, nowMs);
    default:
      return state satisfies never;
  }
}

export interface CallEnd {
  readonly ticket: Ticket;
  readonly failed: boolean;
}

/** A call that was let through has ended. */
export function settle(state: BreakerState, { ticket, failed }: CallEnd, limits: BreakerLimits, nowMs: number) {
  if (ticket !== state.generation) return state;
  switch (state.kind) {
    case 'closed':
      return count(state, failed, limits, nowMs);
    case 'open':
      // No ticket is of its generation.
      return state;
    case 'halfOpen':
      return failed ? open(state.generation + 1, state.sinceMs, nowMs) : closed(state.generation + 1, nowMs);
    default:
      return state satisfies never;
  }
}

function count(state: ClosedBreaker, failed: boolean, limits: BreakerLimits, nowMs: number): BreakerState {
  const current = nowMs - state.windowFromMs < limits.windowMs ? state : closed(state.generation, nowMs);
  const callCount = current.callCount + 1;
  const failureCount = current.failureCount + (failed ? 1 : 0);
  const trips = failed && failureCount >= limits.failures && failureCount >= callCount * limits.failureShare;
  return trips ? open(state.generation + 1, nowMs, nowMs) : { ...current, callCount, failureCount };
}

function probe({ generation, sinceMs }: OpenBreaker | HalfOpenBreaker, nowMs: number): Admission {
  const state = { kind: 'halfOpen', generation: generation + 1, sinceMs, probeFromMs: nowMs } as const;
  return { state, ticket: state.generation };
}

function closed(generation: number, windowFromMs: number): ClosedBreaker {
  return { kind: 'closed', generation, windowFromMs, callCount: 0, failureCount: 0 };
}

function open(generation: number, sinceMs: number, pausedAtMs: number): OpenBreaker {
  return { kind: 'open', generation, sinceMs, pausedAtMs };
}
