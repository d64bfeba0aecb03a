import fc from 'fast-check';
import { expect, test } from 'vitest';
import { admit, type BreakerState, CLOSED_BREAKER, settle, type Ticket } from './breaker-state.ts';

const LIMITS = { failures: 3, windowMs: 100, failureShare: 0.5, pauseMs: 50 };

/** Calls begin and end in any order, some of them long after the breaker moved on, and some never. */
const step = fc.record({
  afterMs: fc.nat({ max: 40 }),
  act: fc.oneof(fc.constant('ask' as const), fc.record({ ends: fc.nat(), failed: fc.boolean() })),
});

test('whatever ends whenever: it opens only by failures, rests for its pause, and probes one at a time', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      let state: BreakerState = CLOSED_BREAKER;
      let nowMs = 0;
      let pauseBeganMs = 0;
      const inFlight: Ticket[] = [];
      for (const { afterMs, act } of steps) {
        nowMs += afterMs;
        const before = state;
        if (act === 'ask') {
          const admission = admit(state, LIMITS, nowMs);
          state = admission.state;
          if (before.kind === 'closed') expect(admission.ticket).toBe(before.generation);
          if (before.kind === 'open' && admission.ticket !== undefined) {
            expect(nowMs - pauseBeganMs).toBeGreaterThanOrEqual(LIMITS.pauseMs);
          }
          if (before.kind === 'halfOpen' && admission.ticket !== undefined) {
            // The probe before took too long, and counts for nothing from now on.
            expect(nowMs - before.probeFromMs).toBeGreaterThanOrEqual(LIMITS.pauseMs);
            expect(admission.ticket).toBeGreaterThan(before.generation);
          }
          if (admission.ticket !== undefined) inFlight.push(admission.ticket);
        } else {
          const [ticket] = inFlight.splice(act.ends % Math.max(1, inFlight.length), 1);
          if (ticket === undefined) continue;
          state = settle(state, { ticket, failed: act.failed }, LIMITS, nowMs);
          if (ticket !== before.generation) expect(state).toBe(before);
          if (state.kind === 'open' && before.kind !== 'open') {
            expect(act.failed).toBe(true);
            pauseBeganMs = nowMs;
          }
          if (state.kind === 'closed' && before.kind !== 'closed') expect(act.failed).toBe(false);
        }
        expect(state.generation).toBeGreaterThanOrEqual(before.generation);
      }
    }),
  );
});

test('it never stays open: once the pause is over, the next call tries treatment and its success closes it', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 200 }), { maxLength: 20 }), (failuresAtMs) => {
      let nowMs = 0;
      let state: BreakerState = CLOSED_BREAKER;
      for (const afterMs of failuresAtMs) {
        nowMs += afterMs;
        const { state: asked, ticket } = admit(state, LIMITS, nowMs);
        state = ticket === undefined ? asked : settle(asked, { ticket, failed: true }, LIMITS, nowMs);
      }
      nowMs += LIMITS.pauseMs;
      const { state: asked, ticket } = admit(state, LIMITS, nowMs);
      if (ticket === undefined) throw new Error('after the pause a call is let through');
      expect(settle(asked, { ticket, failed: false }, LIMITS, nowMs).kind).toBe('closed');
    }),
  );
});
