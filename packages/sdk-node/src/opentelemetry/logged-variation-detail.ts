import type { Client, Context, JsonValue } from '@tidegate/sdk-core';
import { resolutionOf } from '@tidegate/sdk-core/openfeature';
import { EvaluationLog, type EvaluationLogOptions } from './evaluation-log.ts';

/** `client.variationDetail` that logs what it answers, for applications without OpenFeature. See `EvaluationLog`. */
export function loggedVariationDetail(
  client: Pick<Client, 'variationDetail' | 'status'>,
  options: EvaluationLogOptions = {},
): Client['variationDetail'] {
  const log = new EvaluationLog(options);
  return <T extends JsonValue>(flagKey: string, context: Context, defaultValue: T) => {
    const detail = client.variationDetail(flagKey, context, defaultValue);
    log.write(() => {
      const resolution = resolutionOf(detail, { defaultValue, environment: client.status().environment });
      return { ...resolution, flagKey, providerName: 'tidegate', contextId: context.targetingKey };
    });
    return detail;
  };
}
