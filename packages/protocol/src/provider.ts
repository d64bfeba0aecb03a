import * as z from 'zod';
import { descriptionSchema, instantMsSchema, keySchema } from './key.ts';

/** Of one environment: servers of metrics, of which a team has a handful. */
export const PROVIDERS_MAX = 20;
/** Below, an answer over a network is luck; above, a rollout has waited long enough to look again. */
const TIMEOUT_MS = { min: 100, max: 60_000, usual: 10_000 };
/** Sources that collect in batches lag by minutes; one that lags by more than an hour guards no ramp. */
const LAG_MS_MAX = 3_600_000;
/** A query is a screen of text at most. */
const QUERY_LENGTH_MAX = 10_000;
const ARGS_MAX = 20;
const ARG_LENGTH_MAX = 256;
/** Longer windows answer about last month's release. */
const WINDOW_MS = { min: 1_000, max: 7 * 86_400_000, usual: 300_000 };

/** By name, as the server's configuration has it (`TIDEGATE_SECRETS`); its value is in no document and no answer. */
export const secretSchema = z
  .strictObject({ secret: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/) })
  .meta({ id: 'SecretReference', description: "The name of a secret of the server's configuration." });

export type SecretReference = z.output<typeof secretSchema>;

export const addressSchema = z
  .url({ protocol: /^https?$/ })
  .max(2_000)
  .regex(
    /^https?:\/\/[^/?#@\s\\]+(\/[^?#\s\\]*)?$/i,
    'an address has no user, password, query or fragment: credentials are referred to, as secrets',
  );

export const authSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('bearer'), token: secretSchema }),
  z.strictObject({ kind: z.literal('basic'), user: z.string().regex(/^[^:\p{Cc}]{1,256}$/u), password: secretSchema }),
  z.strictObject({
    kind: z.literal('header'),
    // Those that frame the request are the connection's own.
    name: z
      .string()
      .regex(/^[A-Za-z0-9-]{1,64}$/)
      .refine((name) => !/^(host|connection|content-.*|transfer-encoding|upgrade|expect|te|trailer)$/i.test(name)),
    value: secretSchema,
  }),
]);

export type ProviderAuth = z.output<typeof authSchema>;

const shared = {
  description: descriptionSchema.default(''),
  address: addressSchema.describe('Where it answers: scheme, host, port, and the path in front of its API.'),
  timeoutMs: z.int().min(TIMEOUT_MS.min).max(TIMEOUT_MS.max).default(TIMEOUT_MS.usual),
  lagMs: z
    .int()
    .min(0)
    .max(LAG_MS_MAX)
    .default(0)
    .describe('How late its data is complete: windows end so long before now.'),
};
const auth = authSchema.exactOptional();

/** Somebody else's metrics, and how to ask for them. */
export const providerSettingsSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('prometheus'), ...shared, auth }),
    z.strictObject({ kind: z.literal('web'), ...shared, auth }),
    z.strictObject({ kind: z.literal('elasticsearch'), ...shared, auth }),
    z.strictObject({ kind: z.literal('datadog'), ...shared, apiKey: secretSchema, applicationKey: secretSchema }),
    z.strictObject({
      kind: z.literal('cloudwatch'),
      ...shared,
      region: z.string().regex(/^[a-z0-9-]{1,32}$/),
      accessKeyId: secretSchema,
      secretAccessKey: secretSchema,
    }),
    z.strictObject({ kind: z.literal('new-relic'), ...shared, accountId: z.int().min(1), apiKey: secretSchema }),
  ])
  .meta({ id: 'ProviderSettings' });

export type ProviderSettings = z.output<typeof providerSettingsSchema>;
export type ProviderKind = ProviderSettings['kind'];
export type SettingsOf<Kind extends ProviderKind> = Extract<ProviderSettings, { kind: Kind }>;

export const providerViewSchema = z
  .strictObject({
    key: keySchema,
    version: z.int().min(1).describe('Counts its changes; the ETag.'),
    updatedAtMs: instantMsSchema,
    settings: providerSettingsSchema,
  })
  .meta({ id: 'Provider' });

export type ProviderView = z.output<typeof providerViewSchema>;

const textSchema = z.string().min(1).max(QUERY_LENGTH_MAX);

const windowMs = z.int().min(WINDOW_MS.min).max(WINDOW_MS.max);

/** A query over one form of a window or the other. */
function querySchemaOf<Window extends z.ZodRawShape>(window: Window) {
  const shape = {
    args: z
      .record(keySchema, z.string().max(ARG_LENGTH_MAX))
      .refine((args) => Object.keys(args).length <= ARGS_MAX, `at most ${ARGS_MAX} arguments`)
      .default({})
      .describe('What `{{ args.NAME }}` stands for. `variant` is set for each arm.'),
    ...window,
  };
  return z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('scalar'),
      value: textSchema,
      sampleSize: textSchema.exactOptional(),
      ...shape,
    }),
    z.strictObject({
      kind: z.literal('counts'),
      events: textSchema,
      units: textSchema,
      counters: z
        .enum(['window', 'cumulative'])
        .default('window')
        .describe('`cumulative` counts since some beginning: it must never fall.'),
      absentEvents: z
        .enum(['no_data', 'zero'])
        .default('no_data')
        .describe('What no series of events means while there are units. `zero` makes a misspelt name look healthy.'),
      ...shape,
    }),
  ]);
}

/**
 * What is asked of a provider, once for each arm over one window. `counts` reads a numerator and a denominator, so that
 * no traffic is no data instead of a division by zero; `scalar` reads one number.
 */
export const metricQuerySchema = querySchemaOf({ windowMs: windowMs.default(WINDOW_MS.usual) }).meta({
  id: 'MetricQuery',
});

/** As people write it: `window: 5m`, or nothing. */
export const writtenMetricQuerySchema = querySchemaOf({
  window: z.string().max(32).exactOptional().describe('A duration like 30s or 5m.'),
  windowMs: windowMs.exactOptional(),
});

export type MetricQuery = z.output<typeof metricQuerySchema>;

/** Which variation each arm is served. Without control, only treatment is asked for. */
export const armVariantsSchema = z.strictObject({ treatment: keySchema, control: keySchema.exactOptional() });
export type ArmVariants = z.output<typeof armVariantsSchema>;

export const metricWindowSchema = z.strictObject({ startAtMs: instantMsSchema, endAtMs: instantMsSchema });
export type MetricWindow = z.output<typeof metricWindowSchema>;

const armSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('counts'), units: z.number().min(0), events: z.number().min(0) }),
  z.strictObject({ kind: z.literal('scalar'), value: z.number(), sampleSize: z.number().min(0).exactOptional() }),
]);
export type MetricArm = z.output<typeof armSchema>;

export const answeredArmsSchema = z.strictObject({ treatment: armSchema, control: armSchema.exactOptional() });
export const providerErrorClassSchema = z.enum([
  'timeout',
  'unavailable',
  'rate_limited',
  'auth',
  'bad_query',
  'malformed',
]);

const asked = {
  window: metricWindowSchema,
  query: z.string().describe('What was sent, arm by arm, without secrets.'),
};

/** What a provider answered: numbers, or a word for their absence, or the class of what went wrong. */
export const metricResultSchema = z
  .discriminatedUnion('status', [
    z.strictObject({
      status: z.literal('ok'),
      ...asked,
      watermarkAtMs: instantMsSchema.describe('The data is known up to here.'),
      arms: answeredArmsSchema,
      warnings: z.array(z.string()),
    }),
    z.strictObject({
      status: z.literal('no_data'),
      ...asked,
      watermarkAtMs: instantMsSchema,
      reason: z.enum(['empty', 'zero_denominator', 'not_yet', 'one_arm_missing']),
    }),
    z.strictObject({
      status: z.literal('error'),
      ...asked,
      class: providerErrorClassSchema,
      message: z.string(),
      retryAfterMs: z.int().min(0).exactOptional(),
    }),
  ])
  .meta({ id: 'MetricResult' });

export type MetricResult = z.output<typeof metricResultSchema>;

export const providerTestSchema = z
  .strictObject({ query: metricQuerySchema, arms: armVariantsSchema })
  .meta({ id: 'ProviderTest', description: 'A query to be asked once, before anything depends on it.' });
