import { betaCdf } from './special-functions.ts';

/** Events of an arm, and the time or units over which they were counted (above 0). */
export interface ExposedCount {
  readonly events: number;
  readonly exposure: number;
}

export interface RatePosteriorReport {
  readonly validity: 'fixed-sample';
  /** Probability that treatment has more events per exposure. */
  readonly treatmentGreater: number;
}

/**
 * What is believed of two Poisson rates after the stage, from a flat prior: each is Gamma(events + 1, exposure). Events
 * that come in bursts make it too sure. It is a belief, and no bound on false alarms: not valid under repeated looks as
 * a rule to stop by.
 *
 * Of two gamma variables the share that one has of their sum is beta (Johnson, Kotz and Balakrishnan, 25.2).
 */
export function ratePosterior(control: ExposedCount, treatment: ExposedCount): RatePosteriorReport {
  const share = control.exposure / (control.exposure + treatment.exposure);
  const treatmentGreater = betaCdf(share, control.events + 1, treatment.events + 1);
  return { validity: 'fixed-sample', treatmentGreater };
}
