import * as z from 'zod';
import { descriptionSchema, instantMsSchema, keySchema, ppmSchema } from './key.ts';

/** Adapters of one environment: proxies and meshes, not their servers. */
export const ADAPTERS_MAX = 50;
/** Servers of one arm of a backend. */
const SERVERS_MAX = 100;
/** Host names of a route. */
const HOSTS_MAX = 50;
/** A proxy that needs longer is away. */
const TIMEOUT_MS = { min: 100, max: 30_000, usual: 5_000 };
/** How often it is looked whether the weight is still there. */
const CHECK_MS = { min: 1_000, max: 600_000, usual: 5_000 };

/** As HAProxy allows names: none of these ends a command or begins another. */
const haproxyName = z.string().regex(/^[A-Za-z0-9_.:-]{1,128}$/, 'letters, digits, _ . : and - only');
/** RFC 1123, as Kubernetes wants names of objects. */
const objectName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'small letters, digits, dots and hyphens, as Kubernetes has names');
const hostName = z.string().regex(/^(\*\.)?[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$|^\*$/, 'a host name, or one with *.');
const port = z.int().min(1).max(65_535);

const shared = {
  description: descriptionSchema.default(''),
  timeoutMs: z.int().min(TIMEOUT_MS.min).max(TIMEOUT_MS.max).default(TIMEOUT_MS.usual),
  checkMs: z
    .int()
    .min(CHECK_MS.min)
    .max(CHECK_MS.max)
    .default(CHECK_MS.usual)
    .describe('From one look at the weight to the next, while it should not change.'),
  onDrift: z
    .enum(['mend', 'hold'])
    .default('mend')
    .describe('When somebody else changed the weight: set it again, or leave it and hold the ramp.'),
};

const servers = z.array(haproxyName).min(1).max(SERVERS_MAX);

const delivery = z
  .enum(['directory', 'pull'])
  .default('directory')
  .describe('`directory` writes a file where the configuration says; `pull` waits for somebody to report the weight.');

const objectShape = { delivery, name: objectName, namespace: objectName.default('default') };
const backend = z.strictObject({ name: objectName, port, namespace: objectName.exactOptional() });
const istioDestination = z.strictObject({
  host: hostName,
  subset: objectName.exactOptional(),
  port: port.exactOptional(),
});

/** Where a share of traffic is set outside of the flag, and how. What it may reach is said by the configuration alone. */
export const adapterSettingsSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('haproxy'),
      ...shared,
      address: z
        .string()
        .regex(/^([A-Za-z0-9.-]{1,253}:\d{1,5}|\/[A-Za-z0-9_./-]{1,100})$/, 'host:port, or the path of a socket')
        .describe('Of the runtime API; the configuration must allow it.'),
      backend: haproxyName,
      treatment: servers,
      control: servers,
    }),
    z.strictObject({
      kind: z.literal('nginx'),
      ...shared,
      site: keySchema.describe('Which file of the configuration is written, and how nginx is told.'),
      unit: z
        .string()
        .max(256)
        .regex(/^(\$[a-z][a-z0-9_]*)+$/, 'variables of nginx only, like $remote_addr$http_user_agent')
        .describe('What is hashed: the same value always goes the same way.'),
      treatment: haproxyName,
      control: haproxyName,
    }),
    z.strictObject({
      kind: z.literal('istio'),
      ...shared,
      ...objectShape,
      hosts: z.array(hostName).min(1).max(HOSTS_MAX),
      gateways: z
        .array(z.string().regex(/^[a-z0-9./-]{1,253}$/))
        .max(HOSTS_MAX)
        .exactOptional(),
      treatment: istioDestination,
      control: istioDestination,
    }),
    z.strictObject({
      kind: z.literal('gateway-api'),
      ...shared,
      ...objectShape,
      hosts: z.array(hostName).max(HOSTS_MAX).default([]),
      gateway: z.strictObject({ name: objectName, namespace: objectName.exactOptional() }),
      treatment: backend,
      control: backend,
    }),
    z.strictObject({
      kind: z.literal('nginx-ingress'),
      ...shared,
      ...objectShape,
      hosts: z.array(hostName).min(1).max(HOSTS_MAX),
      ingressClass: objectName.default('nginx'),
      treatment: backend.omit({ namespace: true }),
    }),
    z.strictObject({
      kind: z.literal('webhook'),
      ...shared,
      url: z.url({ protocol: /^https?$/ }).max(2_000),
      secret: z
        .string()
        .regex(/^[A-Za-z0-9_-]{1,64}$/)
        .describe('The name of the secret of the configuration that signs.'),
    }),
  ])
  .meta({ id: 'AdapterSettings' });

export type AdapterSettings = z.output<typeof adapterSettingsSchema>;
export type AdapterKind = AdapterSettings['kind'];
export type AdapterOf<Kind extends AdapterKind> = Extract<AdapterSettings, { kind: Kind }>;

/** What was last wanted of an adapter, and what came of it. */
const trafficWeightSchema = z
  .strictObject({
    rolloutId: z.string().describe('The rollout that it follows, or followed last.'),
    sequence: z.int().min(1).describe('Grows with every other weight that is wanted.'),
    desiredPpm: ppmSchema,
    appliedPpm: ppmSchema.nullable().describe('As it was last read back; null while nobody knows.'),
    confirmed: z.boolean().describe('Whether what is applied is as near to what is wanted as the adapter can say.'),
    settingsVersion: z
      .int()
      .min(1)
      .exactOptional()
      .describe('The settings under which it was told: what others reach has confirmed nothing.'),
    driven: z.boolean().describe('False once the rollout is over and its last weight was confirmed.'),
    detail: z.string(),
    atMs: instantMsSchema.describe('Since when all of this is so.'),
  })
  .meta({ id: 'TrafficWeight' });

export type TrafficWeight = z.output<typeof trafficWeightSchema>;

export const adapterViewSchema = z
  .strictObject({
    key: keySchema,
    version: z.int().min(1).describe('Counts changes of the settings.'),
    updatedAtMs: instantMsSchema,
    settings: adapterSettingsSchema,
    weight: trafficWeightSchema.nullable(),
  })
  .meta({ id: 'TrafficAdapter' });

export type AdapterView = z.output<typeof adapterViewSchema>;

export const appliedWeightSchema = z
  .strictObject({ weightPpm: ppmSchema })
  .meta({ id: 'AppliedWeight', description: 'The weight of treatment that is in force, as whoever applied it says.' });

/** What a rollout's adapters have, beside what they are due. */
export const rolloutTrafficSchema = z.strictObject({
  adapter: keySchema,
  desiredPpm: ppmSchema.nullable(),
  appliedPpm: ppmSchema.nullable(),
  confirmed: z.boolean(),
  detail: z.string(),
});

export type RolloutTraffic = z.output<typeof rolloutTrafficSchema>;
