import type { AdapterOf } from '@tidegate/protocol';
import * as z from 'zod';
import { type Manifest, metadataOf } from './manifest.ts';

const PREFIX = 'nginx.ingress.kubernetes.io';
const wholeNumber = z.string().regex(/^\d{1,7}$/);

/**
 * What a canary Ingress is held to here: the annotations that carry a share, as ingress-nginx publishes them
 * (docs/user-guide/nginx-configuration/annotations.md, "Canary"), which are texts, and the members of Ingress v1
 * (Kubernetes API reference) around them. The Ingress of control has the same hosts, and is not ours.
 */
export const canaryIngressSchema = z.object({
  apiVersion: z.literal('networking.k8s.io/v1'),
  kind: z.literal('Ingress'),
  metadata: z.object({
    name: z.string().min(1).max(253),
    namespace: z.string().min(1).max(63),
    annotations: z.object({
      [`${PREFIX}/canary`]: z.literal('true'),
      [`${PREFIX}/canary-weight`]: wholeNumber,
      [`${PREFIX}/canary-weight-total`]: wholeNumber,
    }),
  }),
  spec: z.object({
    ingressClassName: z.string().min(1),
    rules: z
      .array(
        z.object({
          host: z.string().min(1),
          http: z.object({
            paths: z
              .array(
                z.object({
                  path: z.literal('/'),
                  pathType: z.literal('Prefix'),
                  backend: z.object({
                    service: z.object({
                      name: z.string().min(1),
                      port: z.object({ number: z.int().min(1).max(65_535) }),
                    }),
                  }),
                }),
              )
              .length(1),
          }),
        }),
      )
      .min(1),
  }),
});

export const canaryIngress: Manifest<AdapterOf<'nginx-ingress'>> = {
  make: (settings, parts) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      ...metadataOf(settings),
      annotations: {
        [`${PREFIX}/canary`]: 'true',
        [`${PREFIX}/canary-weight`]: String(parts.treatment),
        [`${PREFIX}/canary-weight-total`]: String(parts.total),
      },
    },
    spec: {
      ingressClassName: settings.ingressClass,
      rules: settings.hosts.map((host) => ({
        host,
        http: { paths: [{ path: '/', pathType: 'Prefix', backend: backendOf(settings) }] },
      })),
    },
  }),
  weightsOf(document) {
    const annotations = canaryIngressSchema.safeParse(document).data?.metadata.annotations;
    if (annotations === undefined) return null;
    const treatment = Number(annotations[`${PREFIX}/canary-weight`]);
    const total = Number(annotations[`${PREFIX}/canary-weight-total`]);
    return treatment > total ? null : { treatment, control: total - treatment };
  },
};

function backendOf({ treatment: { name, port } }: AdapterOf<'nginx-ingress'>) {
  return { service: { name, port: { number: port } } };
}
