/**
 * What a provider of metrics answered once. No answer and a failed one are words of their own and never numbers: what is
 * not known can then be neither good nor bad.
 */
export type Measurement =
  | { readonly status: 'ok'; readonly value: MeasuredValue }
  | { readonly status: 'no_data'; readonly reason: NoDataReason }
  | {
      readonly status: 'error';
      readonly class: ProviderErrorClass;
      /** Without secrets: it is shown and stored. */
      readonly message: string;
      /** How long the provider asks to be left alone. */
      readonly retryAfterMs?: number;
    };

/** A number, the numbers of several series, or the JSON that a provider answered with. */
export type MeasuredValue =
  | number
  | boolean
  | string
  | null
  | readonly MeasuredValue[]
  | { readonly [name: string]: MeasuredValue };

export type NoDataReason = 'empty' | 'not_a_number' | 'zero_denominator' | 'not_yet' | 'one_arm_missing';

/** `auth` and `bad_query` stay until somebody mends them; the others may pass by themselves. */
export type ProviderErrorClass = 'timeout' | 'unavailable' | 'rate_limited' | 'auth' | 'bad_query' | 'malformed';

/** Values of one answer: more series than anybody can mean are a query without its filter. */
export const VALUES_MAX = 10_000;

/**
 * Holds an answer to the contract before anything is computed with it. NaN is what a provider says when there was nothing
 * to divide by: no data. Infinity, and an answer of more values than `VALUES_MAX`, is malformed.
 */
export function checkMeasurement(measurement: Measurement): Measurement {
  if (measurement.status !== 'ok') return measurement;
  const values = leavesOf(measurement.value);
  if (values === undefined) return malformed(`The answer has more than ${VALUES_MAX} values.`);
  if (values.some((value) => value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY)) {
    return malformed('The answer has an infinite value.');
  }
  if (values.some((value) => Number.isNaN(value))) return { status: 'no_data', reason: 'not_a_number' };
  const { value } = measurement;
  const isEmpty = value === null || (Array.isArray(value) && value.every((one) => one === null));
  return isEmpty ? { status: 'no_data', reason: 'empty' } : measurement;
}

function malformed(message: string): Measurement {
  return { status: 'error', class: 'malformed', message };
}

/** Every value that is not a list or record; undefined when there are too many. Walks without recursion: depth is free. */
function leavesOf(root: MeasuredValue): MeasuredValue[] | undefined {
  const leaves: MeasuredValue[] = [];
  const waiting: MeasuredValue[] = [root];
  for (let seen = 0; waiting.length > 0; seen += 1) {
    if (seen > VALUES_MAX) return undefined;
    const value = waiting.pop() ?? null;
    if (typeof value !== 'object' || value === null) leaves.push(value);
    else for (const inner of Object.values(value)) waiting.push(inner);
  }
  return leaves;
}
