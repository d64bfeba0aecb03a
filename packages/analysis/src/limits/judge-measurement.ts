import { conditionsOf, type MetricLimits } from './limits.ts';
import { checkMeasurement, type MeasuredValue, type Measurement } from './measurement.ts';
import type { ReadCondition } from './read-condition.ts';
import { type ConditionAnswer, testCondition } from './test-condition.ts';

/** What one measurement says. */
export interface MeasurementVerdict {
  readonly verdict: 'successful' | 'failed' | 'inconclusive' | 'no_data' | 'error';
  /** What decided, for the log and the notice. */
  readonly detail: string;
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
  if (checked.status === 'error') return { verdict: 'error', detail: `${checked.class}: ${checked.message}` };
  if (checked.status === 'no_data') return { verdict: 'no_data', detail: checked.reason };
  const { successCondition, failureCondition } = conditionsOf(conditions);
  if (successCondition === undefined && failureCondition === undefined) {
    return { verdict: 'error', detail: 'There is no condition to judge by.' };
  }
  const success = test(successCondition, checked.value);
  const failure = test(failureCondition, checked.value);
  const error = [success, failure].find((one) => one?.kind === 'error');
  if (error?.kind === 'error') return { verdict: 'error', detail: error.detail };
  if (success?.kind === 'no_data' || failure?.kind === 'no_data') {
    return { verdict: 'no_data', detail: 'zero_denominator' };
  }
  const isBad = failure?.kind === 'answer' && failure.holds;
  const isGood = success?.kind === 'answer' && success.holds;
  if (isBad) return { verdict: 'failed', detail: 'The failure condition holds.' };
  if (isGood) return { verdict: 'successful', detail: 'The success condition holds.' };
  if (success === undefined) return { verdict: 'successful', detail: 'The failure condition does not hold.' };
  if (failure === undefined) return { verdict: 'failed', detail: 'The success condition does not hold.' };
  return { verdict: 'inconclusive', detail: 'Neither condition holds.' };
}

function test(condition: ReadCondition | undefined, value: MeasuredValue): ConditionAnswer | undefined {
  if (condition?.kind === 'flawed') return { kind: 'error', detail: condition.detail };
  return condition && testCondition(condition.tree, value);
}
