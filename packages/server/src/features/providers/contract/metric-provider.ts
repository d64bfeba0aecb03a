import type { ArmVariants, MetricArm, MetricQuery, MetricResult, MetricWindow } from '@tidegate/protocol';

/**
 * Somebody else's metrics behind one contract (`metric-provider.contract.ts`), whatever language they are asked in:
 * numbers are finite or the answer is malformed; what is empty is no data; what failed is an error with a class; none of
 * these is ever a number. Both arms are asked over one window.
 */
export interface MetricProvider {
  /** What keeps it from asking anything, whatever the query; undefined when nothing does. */
  readonly flaw: string | undefined;
  /** Fills the query and asks it once, as it will be asked: what would keep it from ever answering, or none. */
  validate(question: Question): Promise<readonly string[]>;
  /** Never throws and never rejects. */
  query(question: Question): Promise<MetricResult>;
}

export interface Question {
  readonly query: MetricQuery;
  /** What `{{ args.variant }}` stands for in each arm. */
  readonly arms: ArmVariants;
  readonly window: MetricWindow;
  /** What cumulative counters said the last time: they may not fall below. */
  readonly previous?: AnsweredArms;
  readonly signal?: AbortSignal;
}

export interface AnsweredArms {
  readonly treatment: MetricArm;
  readonly control?: MetricArm;
}

export type ErrorClass = Extract<MetricResult, { status: 'error' }>['class'];

/** `auth` and `bad_query` stay until somebody mends them. */
export function isPermanent(errorClass: ErrorClass): boolean {
  return errorClass === 'auth' || errorClass === 'bad_query';
}
