import type { AdapterOf } from '@tidegate/protocol';
import * as z from 'zod';
import {
  type BoundSecret,
  type EnvironmentSecrets,
  type HttpClient,
  redactMessage,
  signingSecret,
  signWebhook,
} from '../../../http-client/index.ts';
import { failed, type TrafficAdapter, type WeightOrder, type WeightReading, WRITTEN } from '../traffic-adapter.ts';

const answerSchema = z.object({ appliedPpm: z.int().min(0).max(1_000_000) });
const SHOWN_LENGTH_MAX = 200;

export interface WebhookDeps {
  readonly client: HttpClient;
  readonly secrets: EnvironmentSecrets;
  readonly nowMs: () => number;
}

/**
 * Somebody who is told what is wanted, and answers with what is applied. It is told again at each look, under the same
 * id for the same weight, so that asking and telling are one thing: who has it already says so.
 */
export function webhookAdapter(settings: AdapterOf<'webhook'>, deps: WebhookDeps): TrafficAdapter {
  const secret = secretOf(settings, deps.secrets);
  return {
    flaw: secret.flaw,
    nearestPpm: (weightPpm) => weightPpm,
    read: async (order) =>
      secret.value === undefined ? failed(secret.flaw) : tell(order, { settings, secret: secret.value, deps }),
    write: async () => WRITTEN,
  };
}

function secretOf(settings: AdapterOf<'webhook'>, secrets: WebhookDeps['secrets']): BoundSecret {
  const { username, password } = new URL(settings.url);
  if (username !== '' || password !== '') return { flaw: 'The address of a webhook has no user and no password.' };
  return signingSecret(settings, secrets);
}

async function tell(
  order: WeightOrder,
  of: { readonly settings: AdapterOf<'webhook'>; readonly secret: string; readonly deps: WebhookDeps },
): Promise<WeightReading> {
  const { settings, secret, deps } = of;
  const { environment, adapterKey, weightPpm, rolloutId, flagKey, sequence, signal } = order;
  const atMs = deps.nowMs();
  const body = JSON.stringify({
    type: 'tidegate.traffic.weight',
    timestamp: new Date(atMs).toISOString(),
    data: { environment, adapter: adapterKey, flagKey, rolloutId, sequence, weightPpm },
  });
  // The standard wants ids without dots, which keys may have.
  const id = [rolloutId, Buffer.from(adapterKey).toString('base64url'), sequence].join('-');
  const answer = await deps.client.send({
    method: 'POST',
    url: new URL(settings.url),
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      ...signWebhook({ id, atMs, body }, secret),
    },
    body,
    timeoutMs: settings.timeoutMs,
    secrets: [secret],
    signal,
  });
  if (answer.kind === 'failed') return failed(answer.message);
  // Redacted as a whole: what is cut in two is not found.
  const shown = redactMessage(answer.text, [secret]).slice(0, SHOWN_LENGTH_MAX);
  if (answer.status !== 200) return failed(`The webhook answered ${answer.status}: ${shown}`);
  const applied = answerSchema.safeParse(parsed(answer.text));
  if (!applied.success) return failed(`The webhook answered ${shown} instead of {"appliedPpm": …}.`);
  const { appliedPpm } = applied.data;
  return { kind: 'read', weightPpm: appliedPpm, detail: `The webhook says that ${appliedPpm / 10_000} % is applied.` };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
