import type { AdapterSettings } from '@tidegate/protocol';
import type { TrafficConfig } from '../../config.ts';
import type { HttpClient } from '../../http-client/index.ts';
import type { OutboundSecret } from '../../outbound-secrets.ts';
import type { Platform } from '../../platform.ts';
import { haproxyAdapter } from './haproxy/haproxy-adapter.ts';
import { manifestAdapter } from './manifests/manifest-adapter.ts';
import { nginxAdapter } from './nginx/nginx-adapter.ts';
import type { TrafficAdapter } from './traffic-adapter.ts';
import { webhookAdapter } from './webhook/webhook-adapter.ts';

export interface AdapterDeps {
  readonly client: HttpClient;
  readonly secrets: ReadonlyMap<string, OutboundSecret>;
  /** What the configuration lets each environment reach. */
  readonly traffic: ReadonlyMap<string, TrafficConfig>;
  readonly platform: Pick<Platform, 'after' | 'randomId' | 'nowMs'>;
}

export function makeAdapter(settings: AdapterSettings, environment: string, deps: AdapterDeps): TrafficAdapter {
  const { client, secrets, platform } = deps;
  const { haproxy = [], nginx = {}, manifests } = deps.traffic.get(environment) ?? {};
  switch (settings.kind) {
    case 'haproxy':
      return haproxyAdapter(settings, { allowedAddresses: haproxy });
    case 'nginx':
      return nginxAdapter(settings, { sites: nginx, client, platform });
    case 'istio':
    case 'gateway-api':
    case 'nginx-ingress':
      return manifestAdapter(settings, { folder: manifests, platform });
    case 'webhook':
      return webhookAdapter(settings, { client, secrets: { environment, all: secrets }, nowMs: platform.nowMs });
    default:
      throw settings satisfies never;
  }
}
