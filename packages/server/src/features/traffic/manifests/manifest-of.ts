import type { AdapterSettings } from '@tidegate/protocol';
import { type Parts, partsOf } from '../parts-of.ts';
import { canaryIngress } from './canary-ingress.ts';
import { httpRoute } from './http-route.ts';
import type { ManifestSettings } from './manifest.ts';
import { virtualService } from './virtual-service.ts';

export function isManifest(settings: AdapterSettings): settings is ManifestSettings {
  return 'delivery' in settings;
}

/** The document for a share. */
export function manifestOf(settings: ManifestSettings, weightPpm: number): object {
  const parts = partsOf(weightPpm);
  switch (settings.kind) {
    case 'istio':
      return virtualService.make(settings, parts);
    case 'gateway-api':
      return httpRoute.make(settings, parts);
    case 'nginx-ingress':
      return canaryIngress.make(settings, parts);
    default:
      throw settings satisfies never;
  }
}

/** The weights of a document; null when it is not one of these settings. */
export function weightsOf(settings: ManifestSettings, document: unknown): Pick<Parts, 'treatment' | 'control'> | null {
  switch (settings.kind) {
    case 'istio':
      return virtualService.weightsOf(document, settings);
    case 'gateway-api':
      return httpRoute.weightsOf(document, settings);
    case 'nginx-ingress':
      return canaryIngress.weightsOf(document, settings);
    default:
      throw settings satisfies never;
  }
}
