import type { AnyFlags, Client, Context, FlagKey } from '@tidegate/sdk-core';
import { resolutionOf } from '@tidegate/sdk-core/openfeature';
import { EvaluationLog, type EvaluationLogOptions } from './evaluation-log.ts';

/** `client.variationDetail` that logs what it answers, for applications without OpenFeature. See `EvaluationLog`. */
export function loggedVariationDetail<F extends object = AnyFlags>(
  client: Client<F>,
  options: EvaluationLogOptions = {},
): Client<F>['variationDetail'] {
  const log = new EvaluationLog(options);
  return <K extends FlagKey<F>, T extends F[K]>(flagKey: K, context: Context, defaultValue: T) => {
    const detail = client.variationDetail(flagKey, context, defaultValue);
    log.write(() => {
      const resolution = resolutionOf(detail, { defaultValue, environment: client.status().environment });
      return { ...resolution, flagKey, providerName: 'tidegate', contextId: context.targetingKey };
    });
    return detail;
  };
}
