import * as z from 'zod';
import { descriptionSchema, instantMsSchema, keySchema } from './key.ts';
import { addressSchema, authSchema, secretSchema } from './provider.ts';

/** Channels of one environment: each decision that is worth telling is written down once for each. */
export const CHANNELS_MAX = 20;
/** Flags that a channel is limited to; whoever wants more wants all of them. */
const FLAGS_MAX = 200;
/** More recipients than this are a mailing list, which has one address. */
const RECIPIENTS_MAX = 20;
/** Below, an answer over a network is luck; longer than a minute nobody keeps a connection open for one message. */
const TIMEOUT_MS = { min: 100, max: 60_000, usual: 10_000 };

/** What is told of a rollout. docs/notifications.md says when each is. */
export const noticeKindSchema = z.enum([
  'scheduled',
  'started',
  'step',
  'held',
  'released',
  'approval-needed',
  'approved',
  'paused',
  'resumed',
  'frozen',
  'unfrozen',
  'stuck',
  'bake',
  'held-back',
  'succeeded',
  'killed',
  'rolled-back',
  'kill-unconfirmed',
  'retried',
  'superseded',
  'cancelled',
]);

export type NoticeKind = z.output<typeof noticeKindSchema>;

const severitySchema = z.enum(['info', 'warning', 'critical']);
export type Severity = z.output<typeof severitySchema>;

/** One thing that happened to a rollout, in the words of the rollout: the `data` of what webhooks receive. */
const noticeSchema = z
  .strictObject({
    kind: noticeKindSchema,
    severity: severitySchema,
    alarm: z.enum(['raised', 'ended', 'none']).describe('Whether somebody should look, need not any more, or neither.'),
    environment: z.string(),
    rolloutId: z.string(),
    flagKey: z.string(),
    rule: z.string(),
    treatment: z.string(),
    attempt: z.int().min(1),
    sequence: z.int().min(0).describe('Of the decision; of one rollout, a later notice never has a lower one.'),
    stage: z
      .strictObject({ number: z.int().min(1), count: z.int().min(1), treatmentPpm: z.int() })
      .nullable()
      .describe('Where it stands; null before the first stage and after the last.'),
    title: z.string(),
    detail: z.string(),
    by: z.string().nullable().describe('The person or tool that commanded it; null when the controller decided.'),
    holds: z
      .array(z.strictObject({ reason: z.string(), source: z.string(), detail: z.string() }))
      .describe('Those that began, ended or outlived their deadline.'),
    atMs: instantMsSchema,
  })
  .meta({ id: 'Notice' });

export type Notice = z.output<typeof noticeSchema>;

const shared = {
  description: descriptionSchema.default(''),
  on: z.array(noticeKindSchema).min(1).exactOptional().describe('What is told; everything when absent.'),
  flags: z.array(keySchema).min(1).max(FLAGS_MAX).exactOptional().describe('Of which flags; of all when absent.'),
  severity: severitySchema.exactOptional().describe('Said of every notice in place of its own.'),
  timeoutMs: z.int().min(TIMEOUT_MS.min).max(TIMEOUT_MS.max).default(TIMEOUT_MS.usual),
};

const mailbox = z.email().max(254);

/** Who is told of an environment's rollouts, and how. */
export const channelSettingsSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('slack'),
      ...shared,
      url: secretSchema.describe("The incoming webhook's address, which is a secret as a whole."),
    }),
    z.strictObject({
      kind: z.literal('pagerduty'),
      ...shared,
      address: addressSchema.default('https://events.pagerduty.com'),
      routingKey: secretSchema,
    }),
    z.strictObject({
      kind: z.literal('alertmanager'),
      ...shared,
      address: addressSchema,
      auth: authSchema.exactOptional(),
    }),
    z.strictObject({
      kind: z.literal('webhook'),
      ...shared,
      url: addressSchema,
      secret: secretSchema.describe('What signs, as Standard Webhooks has it: whsec_ and base64.'),
    }),
    z.strictObject({
      kind: z.literal('email'),
      ...shared,
      host: z.hostname().max(253),
      port: z.int().min(1).max(65_535).default(587),
      security: z
        .enum(['starttls', 'tls', 'none'])
        .default('starttls')
        .describe('`none` sends everything in clear, a password too.'),
      login: z.strictObject({ user: z.string().regex(/^[^\p{Cc}]{1,256}$/u), password: secretSchema }).exactOptional(),
      from: mailbox,
      to: z.array(mailbox).min(1).max(RECIPIENTS_MAX),
    }),
  ])
  .meta({ id: 'ChannelSettings' });

export type ChannelSettings = z.output<typeof channelSettingsSchema>;
export type ChannelKind = ChannelSettings['kind'];
export type ChannelOf<Kind extends ChannelKind> = Extract<ChannelSettings, { kind: Kind }>;

export const channelViewSchema = z
  .strictObject({
    key: keySchema,
    version: z.int().min(1).describe('Counts its changes; the ETag.'),
    updatedAtMs: instantMsSchema,
    settings: channelSettingsSchema,
  })
  .meta({ id: 'Channel' });

export type ChannelView = z.output<typeof channelViewSchema>;

/** What came of sending something once. */
export const sendingSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('sent'), detail: z.string() }),
    z.strictObject({
      kind: z.literal('failed'),
      class: z.enum(['timeout', 'unavailable', 'rate_limited', 'misconfigured', 'malformed', 'rejected']),
      detail: z.string(),
      retryAfterMs: z.int().min(0).exactOptional(),
    }),
  ])
  .meta({ id: 'Sending' });

export type Sending = z.output<typeof sendingSchema>;
export type SendingFailure = Extract<Sending, { kind: 'failed' }>;

/** A notice on its way to one target, or what became of it. */
export const noticeViewSchema = z
  .strictObject({
    number: z.int().min(1).describe('Grows with every notice.'),
    id: z.string().describe('The same in every try: a target that gets it twice knows by it.'),
    target: z.string().describe('`channel:KEY`, or `hook:N` of the plan.'),
    state: z.enum(['waiting', 'sent', 'given-up']),
    tries: z.int().min(0),
    createdAtMs: instantMsSchema,
    dueAtMs: instantMsSchema.describe('When it is tried next, while it waits.'),
    settledAtMs: instantMsSchema.nullable(),
    failure: z.string().nullable().describe('What went wrong last.'),
    notice: noticeSchema,
  })
  .meta({ id: 'NoticeOnItsWay' });

export type NoticeView = z.output<typeof noticeViewSchema>;

export const noticeStateSchema = noticeViewSchema.shape.state;
