import type { Branches, Context, CoreClient } from '@tidegate/sdk-core';
import { BREAKER_ANSWER, runBranch } from '@tidegate/sdk-core/complete';
import { evaluateQuietly } from '../evaluate-quietly.ts';
import type { BreakerLimits, Ticket } from './breaker-state.ts';
import type { Breakers } from './breakers.ts';

export interface Guarded<T> {
  readonly flagKey: string;
  readonly context: Context;
  readonly branches: Branches<T>;
  readonly limits: BreakerLimits;
}

/**
 * `Client.run` under a breaker. While that is not closed, nobody is exposed through it, in either arm, and nothing is
 * reported of a branch: an answer that was forced is not a random one, and leaving out treatment alone would make the
 * arms unequal in size and in time. Whether a unit is left out never depends on its arm. The evaluations are counted,
 * those that the breaker answered as `$breaker`.
 */
export function runGuarded<T>(core: CoreClient, breakers: Breakers, guarded: Guarded<T>): T {
  const { flagKey, context, branches, limits } = guarded;
  const treat = (ticket: Ticket, end?: (result: { readonly failed: boolean }) => void): T =>
    runBranch(branches.treatment, ({ failed }) => {
      end?.({ failed });
      breakers.settle(flagKey, { ticket, failed }, limits);
    });

  if (breakers.isClosed(flagKey)) {
    const { value, end } = core.measure(flagKey, context, false);
    const ticket = value ? breakers.admit(flagKey, limits) : undefined;
    return ticket === undefined ? runBranch(branches.control, end) : treat(ticket, end);
  }
  const { exposure: _, ...evaluation } = evaluateQuietly(core, flagKey, context);
  const wantsTreatment = evaluation.value === true;
  const ticket = wantsTreatment ? breakers.admit(flagKey, limits) : undefined;
  const isForced = wantsTreatment && ticket === undefined;
  core.events.recordEvaluation(flagKey, isForced ? { ...evaluation, variation: BREAKER_ANSWER } : evaluation, context);
  return ticket === undefined ? branches.control() : treat(ticket);
}
