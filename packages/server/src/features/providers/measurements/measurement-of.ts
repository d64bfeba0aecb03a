import type { MeasuredValue, Measurement } from '@tidegate/analysis/limits';
import type { MetricArm, MetricResult } from '@tidegate/protocol';

/**
 * A provider's answer as limits judge it. `result` of a condition is what was measured of treatment: the number, or
 * `result.events` and `result.units`. With control it is `result.treatment` and `result.control`.
 */
export function measurementOf(result: MetricResult): Measurement {
  if (result.status === 'no_data') return { status: 'no_data', reason: result.reason };
  if (result.status === 'error') {
    const { class: errorClass, message, retryAfterMs } = result;
    const asked = retryAfterMs === undefined ? {} : { retryAfterMs };
    return { status: 'error', class: errorClass, message, ...asked };
  }
  const { treatment, control } = result.arms;
  const value = measuredOf(treatment);
  return { status: 'ok', value: control === undefined ? value : { treatment: value, control: measuredOf(control) } };
}

function measuredOf(arm: MetricArm): MeasuredValue {
  return arm.kind === 'scalar' ? arm.value : { events: arm.events, units: arm.units };
}
