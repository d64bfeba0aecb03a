import type { AdapterOf } from '@tidegate/protocol';
import * as z from 'zod';
import { type Manifest, metadataOf } from './manifest.ts';

type Backend = AdapterOf<'gateway-api'>['treatment'];

/**
 * What an HTTPRoute is held to here: the members that carry a share, with the limits of the published CRD
 * (kubernetes-sigs/gateway-api v1, config/crd/standard/gateway.networking.k8s.io_httproutes.yaml): a weight is 0 to
 * 1 000 000, relative to the sum of its rule.
 */
export const httpRouteSchema = z.object({
  apiVersion: z.literal('gateway.networking.k8s.io/v1'),
  kind: z.literal('HTTPRoute'),
  metadata: z.object({ name: z.string().min(1).max(253), namespace: z.string().min(1).max(63) }),
  spec: z.object({
    parentRefs: z
      .array(z.object({ name: z.string().min(1).max(253), namespace: z.string().min(1).max(63).exactOptional() }))
      .min(1)
      .max(32),
    hostnames: z.array(z.string().min(1).max(253)).max(16).exactOptional(),
    rules: z
      .array(
        z.object({
          backendRefs: z
            .array(
              z.object({
                name: z.string().min(1).max(253),
                namespace: z.string().min(1).max(63).exactOptional(),
                port: z.int().min(1).max(65_535),
                weight: z.int().min(0).max(1_000_000),
              }),
            )
            .max(16),
        }),
      )
      .length(1),
  }),
});

export const httpRoute: Manifest<AdapterOf<'gateway-api'>> = {
  make: (settings, parts) => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: metadataOf(settings),
    spec: {
      parentRefs: [settings.gateway],
      ...(settings.hosts.length === 0 ? {} : { hostnames: settings.hosts }),
      rules: [
        {
          backendRefs: [
            { ...settings.treatment, weight: parts.treatment },
            { ...settings.control, weight: parts.control },
          ],
        },
      ],
    },
  }),
  weightsOf(document, settings) {
    const parsed = httpRouteSchema.safeParse(document);
    const [treatment, control, ...others] = parsed.data?.spec.rules[0]?.backendRefs ?? [];
    if (treatment === undefined || control === undefined || others.length > 0) return null;
    const isOurs = isSameBackend(treatment, settings.treatment) && isSameBackend(control, settings.control);
    return isOurs ? { treatment: treatment.weight, control: control.weight } : null;
  },
};

function isSameBackend(one: Backend, other: Backend): boolean {
  return one.name === other.name && one.namespace === other.namespace && one.port === other.port;
}
