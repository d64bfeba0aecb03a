import type { HarmDirection } from '../engine/engine-config.ts';

/** Values, strictly between the bounds, that the evidence has not rejected. Null bounds are open. */
export interface Interval {
  readonly low: number | null;
  readonly high: number | null;
}

export interface EstimatedInterval extends Interval {
  /** Null while there is nothing to estimate from. */
  readonly estimate: number | null;
}

/** An effect of treatment, told twice. */
export interface EffectIntervals {
  /** Treatment minus control. */
  readonly difference: EstimatedInterval;
  /** Treatment over control. */
  readonly ratio: EstimatedInterval;
}

/** What an interval to look at is held against: the verdict of one guard, alone. */
export interface GuardVerdict {
  readonly harm: HarmDirection;
  /** ln(1/alpha) of the guard: the rollout's alpha times its weight. */
  readonly logThreshold: number;
  /** The guard's log evidence has reached it. */
  readonly isHarmShown: boolean;
}

/**
 * The interval that says what the verdict says: it leaves out `noHarm`, and all that is milder, exactly when harm is
 * shown. The verdict may have bets that an interval cannot turn round (restarts, outcomes of single ticks), so one of
 * the two can be a little ahead.
 *
 * Where the verdict is milder the interval widens, which is always allowed. Where it is harsher the interval takes its
 * word, so a bound on the harmless side of `noHarm` rests on two tests and fails with probability at most 2 alpha
 * instead of alpha; on the harmful side, where it matters, it stays alpha.
 */
export function agreeWithVerdict(
  { low, high }: Interval,
  of: Pick<GuardVerdict, 'harm' | 'isHarmShown'> & {
    readonly noHarm: number;
    /** Just inside the interval: how near to `noHarm` a bound can be told from it. */
    readonly resolution: number;
  },
): Interval {
  const { noHarm, resolution } = of;
  if (of.harm === 'down') {
    const mirrored = agreeWithVerdict(
      { low: negated(high), high: negated(low) },
      { ...of, harm: 'up', noHarm: -noHarm },
    );
    return { low: negated(mirrored.high), high: negated(mirrored.low) };
  }
  if (of.isHarmShown) {
    const raised = Math.max(low ?? noHarm, noHarm);
    return { low: raised, high: high === null ? null : Math.max(high, raised) };
  }
  return { low: low === null || low < noHarm ? low : noHarm - resolution, high };
}

function negated(bound: number | null): number | null {
  return bound === null ? null : -bound;
}
