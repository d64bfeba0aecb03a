import { conditionsOf, type MetricLimits } from './limits.ts';
import { checkMeasurement, type MeasuredValue, type Measurement, type ProviderErrorClass } from './measurement.ts';
import type { ReadCondition } from './read-condition.ts';
import { type ConditionAnswer, testCondition } from './test-condition.ts';

/** What one measurement says. */
export interface MeasurementVerdict {
  readonly verdict: 'successful' | 'failed' | 'inconclusive' | 'no_data' | 'error';
  /** What decided, for the log and the notice. */
  readonly detail: string;
  /** Of a provider's error: in one word what `detail` tells at length. */
  readonly errorClass?: ProviderErrorClass;
  /** Of an error that only a person can mend, such as a wrong query: waiting is no cure. */
  readonly isPermanent: boolean;
}

/**
 * Judges one measurement by both conditions. A failure condition that holds fails it, whatever the other says; neither
 * true is inconclusive. A condition that cannot be read or tested is an error, even beside one that could: it was
 * written to be heard. What is not a number never reaches a condition.
 */
export function judgeMeasurement(
  conditions: Pick<MetricLimits, 'successCondition' | 'failureCondition'>,
  measurement: Measurement,
): MeasurementVerdict {
  const checked = checkMeasurement(measurement);
  if (checked.status === 'error') {
    const { class: errorClass, message } = checked;
    const isPermanent = errorClass === 'auth' || errorClass === 'bad_query';
    return { verdict: 'error', detail: `${errorClass}: ${message}`, errorClass, isPermanent };
  }
  if (checked.status === 'no_data') return { verdict: 'no_data', detail: checked.reason, isPermanent: false };
  const { successCondition, failureCondition } = conditionsOf(conditions);
  const flawed = [successCondition, failureCondition].find((one) => one?.kind === 'flawed');
  if (flawed?.kind === 'flawed') return { verdict: 'error', detail: flawed.detail, isPermanent: true };
  const success = test(successCondition, checked.value);
  const failure = test(failureCondition, checked.value);
  return { ...combine(success, failure), isPermanent: false };
}

function test(condition: ReadCondition | undefined, value: MeasuredValue): ConditionAnswer | undefined {
  return condition?.kind === 'condition' ? testCondition(condition.tree, value) : undefined;
}

function combine(
  success: ConditionAnswer | undefined,
  failure: ConditionAnswer | undefined,
): Pick<MeasurementVerdict, 'verdict' | 'detail'> {
  const error = [success, failure].find((one) => one?.kind === 'error');
  if (error?.kind === 'error') return { verdict: 'error', detail: error.detail };
  if (success?.kind === 'no_data' || failure?.kind === 'no_data') {
    return { verdict: 'no_data', detail: 'zero_denominator' };
  }
  const isBad = failure?.kind === 'answer' && failure.holds;
  const isGood = success?.kind === 'answer' && success.holds;
  if (isBad) return { verdict: 'failed', detail: 'The failure condition holds.' };
  if (isGood) return { verdict: 'successful', detail: 'The success condition holds.' };
  if (success === undefined && failure === undefined) {
    return { verdict: 'inconclusive', detail: 'There is no condition to judge by.' };
  }
  if (success === undefined) return { verdict: 'successful', detail: 'The failure condition does not hold.' };
  if (failure === undefined) return { verdict: 'failed', detail: 'The success condition does not hold.' };
  return { verdict: 'inconclusive', detail: 'Neither condition holds.' };
}
