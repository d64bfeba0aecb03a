import type { AdapterOf } from '@tidegate/protocol';
import { describe, expect, test } from 'vitest';
import { SHARED } from '../order.fixture.ts';
import { ppmOfParts } from '../parts-of.ts';
import { canaryIngressSchema } from './canary-ingress.ts';
import { httpRouteSchema } from './http-route.ts';
import type { ManifestSettings } from './manifest.ts';
import { manifestOf, weightsOf } from './manifest-of.ts';
import { virtualServiceSchema } from './virtual-service.ts';

const OBJECT = { ...SHARED, delivery: 'directory', name: 'checkout', namespace: 'shop' } as const;
const istio: AdapterOf<'istio'> = {
  ...OBJECT,
  kind: 'istio',
  hosts: ['checkout.shop.svc.cluster.local'],
  gateways: ['mesh'],
  treatment: { host: 'checkout', subset: 'v2', port: 8080 },
  control: { host: 'checkout', subset: 'v1' },
};
const gateway: AdapterOf<'gateway-api'> = {
  ...OBJECT,
  kind: 'gateway-api',
  hosts: ['shop.example.com'],
  gateway: { name: 'edge', namespace: 'infra' },
  treatment: { name: 'checkout-v2', port: 8080 },
  control: { name: 'checkout-v1', port: 8080 },
};
const ingress: AdapterOf<'nginx-ingress'> = {
  ...OBJECT,
  kind: 'nginx-ingress',
  hosts: ['shop.example.com', 'www.example.com'],
  ingressClass: 'nginx',
  treatment: { name: 'checkout-v2', port: 8080 },
};
const ALL: readonly (readonly [string, ManifestSettings, { safeParse(value: unknown): { success: boolean } }])[] = [
  ['VirtualService', istio, virtualServiceSchema],
  ['HTTPRoute', gateway, httpRouteSchema],
  ['Ingress', ingress, canaryIngressSchema],
];

describe.each(ALL)('a %s', (kind, settings, schema) => {
  test('is what its published schema says, for every share, and the share is read back exactly', () => {
    for (const weightPpm of [0, 1, 123_456, 250_000, 1_000_000]) {
      const document = manifestOf(settings, weightPpm);
      expect(schema.safeParse(document)).toMatchObject({ success: true });
      expect(document).toMatchObject({ kind, metadata: { name: 'checkout', namespace: 'shop' } });
      const weights = weightsOf(settings, JSON.parse(JSON.stringify(document)));
      expect(weights && ppmOfParts(weights)).toBe(weightPpm);
    }
  });

  test('of somebody else carries no share that is known', () => {
    for (const [, other] of ALL) {
      if (other === settings) continue;
      expect(weightsOf(settings, manifestOf(other, 250_000))).toBeNull();
    }
    for (const foreign of [undefined, null, 7, [], { kind }, { ...manifestOf(settings, 0), spec: {} }]) {
      expect(weightsOf(settings, foreign)).toBeNull();
    }
  });
});

test('whole percents are weights of a hundred, for people to read', () => {
  expect(manifestOf(istio, 50_000)).toMatchObject({
    apiVersion: 'networking.istio.io/v1',
    spec: {
      hosts: ['checkout.shop.svc.cluster.local'],
      gateways: ['mesh'],
      http: [
        {
          route: [
            { destination: { host: 'checkout', subset: 'v2', port: { number: 8080 } }, weight: 5 },
            { destination: { host: 'checkout', subset: 'v1' }, weight: 95 },
          ],
        },
      ],
    },
  });
  expect(manifestOf(ingress, 2_500)).toMatchObject({
    metadata: {
      annotations: {
        'nginx.ingress.kubernetes.io/canary': 'true',
        'nginx.ingress.kubernetes.io/canary-weight': '2500',
        'nginx.ingress.kubernetes.io/canary-weight-total': '1000000',
      },
    },
  });
});

test('weights of destinations that are not ours are nobody’s share', () => {
  const other = manifestOf({ ...istio, treatment: { host: 'elsewhere' } }, 250_000);
  expect(weightsOf(istio, other)).toBeNull();
  expect(weightsOf(gateway, manifestOf({ ...gateway, control: { name: 'x', port: 1 } }, 250_000))).toBeNull();
});
