import { isDeepStrictEqual } from 'node:util';
import type { AdapterOf } from '@tidegate/protocol';
import * as z from 'zod';
import { type Manifest, metadataOf } from './manifest.ts';

type Destination = AdapterOf<'istio'>['treatment'];

/**
 * What a VirtualService is held to here: the members that carry a share, with the limits of the published CRD
 * (istio/api, networking/v1/virtual_service.proto and kubernetes/customresourcedefinitions.gen.yaml). Weights are whole
 * numbers, and each destination gets its part of their sum.
 */
export const virtualServiceSchema = z.object({
  apiVersion: z.literal('networking.istio.io/v1'),
  kind: z.literal('VirtualService'),
  metadata: z.object({ name: z.string().min(1).max(253), namespace: z.string().min(1).max(63) }),
  spec: z.object({
    hosts: z.array(z.string().min(1)).min(1),
    gateways: z.array(z.string()).exactOptional(),
    http: z
      .array(
        z.object({
          route: z.array(
            z.object({
              destination: z.object({
                host: z.string().min(1),
                subset: z.string().exactOptional(),
                port: z.object({ number: z.int().min(1).max(65_535) }).exactOptional(),
              }),
              weight: z.int().min(0).max(2_147_483_647),
            }),
          ),
        }),
      )
      .length(1),
  }),
});

export const virtualService: Manifest<AdapterOf<'istio'>> = {
  make: (settings, parts) => ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: metadataOf(settings),
    spec: {
      hosts: settings.hosts,
      ...(settings.gateways === undefined ? {} : { gateways: settings.gateways }),
      http: [
        {
          route: [
            { destination: destinationOf(settings.treatment), weight: parts.treatment },
            { destination: destinationOf(settings.control), weight: parts.control },
          ],
        },
      ],
    },
  }),
  weightsOf(document, settings) {
    const parsed = virtualServiceSchema.safeParse(document);
    const [treatment, control, ...others] = parsed.data?.spec.http[0]?.route ?? [];
    if (treatment === undefined || control === undefined || others.length > 0) return null;
    const isOurs =
      isDeepStrictEqual(treatment.destination, destinationOf(settings.treatment)) &&
      isDeepStrictEqual(control.destination, destinationOf(settings.control));
    return isOurs ? { treatment: treatment.weight, control: control.weight } : null;
  },
};

function destinationOf({ host, subset, port }: Destination) {
  return {
    host,
    ...(subset === undefined ? {} : { subset }),
    ...(port === undefined ? {} : { port: { number: port } }),
  };
}
