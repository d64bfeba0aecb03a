import * as z from 'zod';
import { reasonSchema } from './key.ts';

/** Alerts of one group; Alertmanager's `max_alerts` bounds what it sends. */
const ALERTS_MAX = 1_000;

/** What a tool may say of a rollout, and no more: each lowers exposure, or keeps it from rising. */
export const SIGNALS = ['abort', 'freeze', 'pause'] as const;
export type Signal = (typeof SIGNALS)[number];

/** In Tidegate's own words. A word that is none of `SIGNALS` is refused by whoever reads it, and told why. */
const plainSignalSchema = z.strictObject({
  signal: z
    .string()
    .max(64)
    .describe(`One of ${SIGNALS.join(', ')}.`),
  gradual: z.boolean().exactOptional().describe('Of an abort: in the steps that the plan names.'),
  reason: reasonSchema.default(''),
});

const labels = z.record(z.string(), z.string());

/** What Alertmanager posts to a webhook (version 4): https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
const alertmanagerSignalSchema = z.looseObject({
  version: z.literal('4'),
  alerts: z
    .array(z.looseObject({ status: z.enum(['firing', 'resolved']), labels, annotations: labels.default({}) }))
    .max(ALERTS_MAX),
});

export const signalBodySchema = z
  .union([plainSignalSchema, alertmanagerSignalSchema])
  .meta({ id: 'Signal', description: "A signal in Tidegate's words, or what Alertmanager posts to a webhook." });

export type SignalBody = z.output<typeof signalBodySchema>;
export type AlertmanagerSignal = z.output<typeof alertmanagerSignalSchema>;

export const signalReplySchema = z
  .strictObject({
    signal: z.enum(SIGNALS).nullable().describe('What was understood; null where nothing fires.'),
    repeated: z.boolean().describe('The same message was carried out before; nothing was done now.'),
    items: z.array(z.strictObject({ rolloutId: z.string(), outcome: z.enum(['done', 'refused']), detail: z.string() })),
  })
  .meta({ id: 'SignalReply', description: 'What a signal did to each rollout that it was for.' });

export type SignalReply = z.output<typeof signalReplySchema>;
