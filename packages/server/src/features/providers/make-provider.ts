import type { ProviderSettings } from '@tidegate/protocol';
import type { OutboundSecret } from '../../outbound-secrets.ts';
import { cloudWatchLanguage } from './cloudwatch/cloudwatch-language.ts';
import { findClientFlaw, officialClient } from './cloudwatch/official-client.ts';
import { type AskingDeps, askingProvider } from './contract/asking-provider.ts';
import type { MetricProvider } from './contract/metric-provider.ts';
import { datadogLanguage } from './datadog/datadog-language.ts';
import { elasticsearchLanguage } from './elasticsearch/elasticsearch-language.ts';
import { newRelicLanguage } from './new-relic/new-relic-language.ts';
import { prometheusLanguage } from './prometheus/prometheus-language.ts';
import { webLanguage } from './web/web-language.ts';

export interface ProviderDeps extends Omit<AskingDeps, 'secrets'> {
  /** Of the whole server. */
  readonly secrets: ReadonlyMap<string, OutboundSecret>;
}

export function makeProvider(
  settings: ProviderSettings,
  environment: string,
  { secrets: all, ...shared }: ProviderDeps,
): MetricProvider {
  const deps = { ...shared, secrets: { environment, all } };
  switch (settings.kind) {
    case 'prometheus':
      return askingProvider(settings, prometheusLanguage, deps);
    case 'web':
      return askingProvider(settings, webLanguage, deps);
    case 'elasticsearch':
      return askingProvider(settings, elasticsearchLanguage, deps);
    case 'datadog':
      return askingProvider(settings, datadogLanguage, deps);
    case 'cloudwatch': {
      const provider = askingProvider(settings, cloudWatchLanguage, {
        ...deps,
        client: officialClient(settings, deps),
      });
      return { ...provider, flaw: findClientFlaw() ?? provider.flaw };
    }
    case 'new-relic':
      return askingProvider(settings, newRelicLanguage, deps);
    default:
      throw settings satisfies never;
  }
}
