/**
 * How outcomes become a number per unit: a unit counts once, at its first outcome that the metric counts.
 *
 * Events named `$error` and `$duration` are what `client.run` reports; they belong to the flag that ran, so a guard of
 * a rollout on flag F reads `$error:F` (see `eventOfFlag`).
 */
export interface Metric {
  readonly key: string;
  readonly description: string;
  /** The name given to `client.track`. */
  readonly event: string;
  /** Only outcomes with a value beyond the bound count; every outcome of the event counts when absent. */
  readonly countsWhen?: { readonly above: number } | { readonly below: number };
  /** The harmful direction of the share of units that count. */
  readonly harm: 'up' | 'down';
  /** Whether outcomes that came under a browser key count: anyone can forge those. */
  readonly browserEvidence: boolean;
  readonly revision: number;
}
