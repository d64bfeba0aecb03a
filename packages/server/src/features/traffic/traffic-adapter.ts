/**
 * A place outside of the flag where a share of traffic is set. An adapter says what it has and does as it is told; when,
 * and how often, is the keeper's matter. Nothing that it does throws: what fails is a reading that says why.
 */
export interface TrafficAdapter {
  /** Why it can never be reached from here, as things are configured; undefined when it can. */
  readonly flaw: string | undefined;
  /** Of the shares that it can say, the one nearest to this. Nothing is nearest to no share but none at all. */
  nearestPpm(weightPpm: number): number;
  /** The share that it has. */
  read(order: WeightOrder): Promise<WeightReading>;
  /** Sets the share; whether it is there now is for `read` to say. */
  write(order: WeightOrder): Promise<WriteOutcome>;
}

/** A weight that is wanted, and who wants it. */
export interface WeightOrder {
  readonly environment: string;
  readonly adapterKey: string;
  readonly weightPpm: number;
  readonly rolloutId: string;
  readonly flagKey: string;
  /** Grows with every other weight, so that whoever is told late can see it. */
  readonly sequence: number;
  /** What somebody said that is applied, where it is said by others. */
  readonly reportedPpm: number | null;
  readonly signal: AbortSignal;
}

export type WeightReading =
  /** Null when what stands there is not ours to understand. */
  { readonly kind: 'read'; readonly weightPpm: number | null; readonly detail: string } | Failure;

export type WriteOutcome = { readonly kind: 'written' } | Failure;

interface Failure {
  readonly kind: 'failed';
  readonly detail: string;
}

export const WRITTEN: WriteOutcome = { kind: 'written' };

export function failed(detail: string): Failure {
  return { kind: 'failed', detail };
}
