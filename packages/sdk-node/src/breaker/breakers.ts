import type { Platform } from '@tidegate/sdk-core';
import {
  admit,
  BREAKER_LIMITS,
  type BreakerLimits,
  type BreakerState,
  CLOSED_BREAKER,
  settle,
  type Ticket,
} from './breaker-state.ts';

/** The limits that are not said are those of `BREAKER_LIMITS`; false for no breaker. */
export type BreakerOptions = Partial<BreakerLimits> | false;

/** A breaker that is not closed. */
export interface BreakerStatus {
  readonly flagKey: string;
  readonly state: 'open' | 'halfOpen';
  readonly openForMs: number;
}

/** A breaker has moved. */
export interface BreakerChange {
  readonly flagKey: string;
  readonly from: BreakerState['kind'];
  readonly to: BreakerState['kind'];
}

/** The breakers of a client, one per flag. They need no server: what they go by happened in this process. */
export interface Breakers {
  isClosed(flagKey: string): boolean;
  /** Undefined when treatment may not run now. Only for a flag that would serve it: a probe must run. */
  admit(flagKey: string, limits: BreakerLimits): Ticket | undefined;
  settle(flagKey: string, end: { readonly ticket: Ticket; readonly failed: boolean }, limits: BreakerLimits): void;
  /** Those that are not closed. */
  statuses(): readonly BreakerStatus[];
}

export function createBreakers(
  { monotonicMs, log }: Pick<Platform, 'monotonicMs' | 'log'>,
  onChange: (change: BreakerChange) => void,
): Breakers {
  /** Of flags that served treatment, so no more than there are flags. */
  const states = new Map<string, BreakerState>();
  const stateOf = (flagKey: string): BreakerState => states.get(flagKey) ?? CLOSED_BREAKER;
  const move = (flagKey: string, to: BreakerState): void => {
    const from = stateOf(flagKey);
    states.set(flagKey, to);
    if (from.kind === to.kind) return;
    // Probe after probe of an outage changes nothing for who reads the log.
    if (from.kind === 'closed')
      log('warn', `breaker of "${flagKey}" opened: its treatment keeps failing, control runs`);
    if (to.kind === 'closed') log('info', `breaker of "${flagKey}" closed: its treatment works again`);
    onChange({ flagKey, from: from.kind, to: to.kind });
  };
  return {
    isClosed: (flagKey) => stateOf(flagKey).kind === 'closed',
    admit(flagKey, limits) {
      const { state, ticket } = admit(stateOf(flagKey), limits, monotonicMs());
      move(flagKey, state);
      return ticket;
    },
    settle(flagKey, end, limits) {
      move(flagKey, settle(stateOf(flagKey), end, limits, monotonicMs()));
    },
    statuses() {
      const nowMs = monotonicMs();
      return [...states].flatMap(([flagKey, state]) =>
        state.kind === 'closed' ? [] : [{ flagKey, state: state.kind, openForMs: nowMs - state.sinceMs }],
      );
    },
  };
}

/** The call's own words before the client's, and those before the defaults; undefined for no breaker. */
export function breakerLimits(
  client: BreakerOptions = {},
  call: BreakerOptions | undefined,
): BreakerLimits | undefined {
  if (call === false || (call === undefined && client === false)) return undefined;
  return { ...BREAKER_LIMITS, ...(client || {}), ...call };
}
