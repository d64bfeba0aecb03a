import { Webhook } from 'standardwebhooks';

export interface WebhookMessage {
  /** The same in every try. */
  readonly id: string;
  readonly atMs: number;
  readonly body: string;
}

/** The headers by which a receiver knows who sent a body and when (https://www.standardwebhooks.com). */
export function signWebhook({ id, atMs, body }: WebhookMessage, secret: string): Readonly<Record<string, string>> {
  const at = new Date(atMs);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(atMs / 1_000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
}

/** Why nothing could be signed with it. The message has nothing of the secret. */
export function findSigningFlaw(name: string, secret: string): string | undefined {
  const text = secret.replace(/^whsec_/, '');
  const isKey = /^[A-Za-z0-9+/]+={0,2}$/.test(text) && text.length % 4 === 0;
  const bytes = isKey ? Buffer.from(text, 'base64').length : 0;
  if (bytes >= KEY_BYTES.min && bytes <= KEY_BYTES.max) return undefined;
  return `The secret ${name} signs nothing: expected whsec_ and ${KEY_BYTES.min} to ${KEY_BYTES.max} bytes in base64.`;
}

/** As Standard Webhooks asks for. */
const KEY_BYTES = { min: 24, max: 64 };
