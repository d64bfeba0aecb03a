import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { problem } from '../../http/problem.ts';
import type { VerifySignature } from '../../http/route.ts';
import type { SignalSecret } from '../../signal-secrets.ts';

/** Senders use a UUID or a name of their own; a longer one is no name. */
const ID_LENGTH_MAX = 256;

/**
 * Whoever signed a request with one of the environment's secrets, as Standard Webhooks has it: over the id, the time and
 * the body, not older or newer than five minutes. All secrets of the environment are tried, so that one can be replaced
 * by another without a pause. Throws `invalid-signature`.
 */
export function signatureVerifier(secrets: ReadonlyMap<string, SignalSecret>): VerifySignature {
  const known = [...secrets].map(([name, { value, environment }]) => {
    return { name, environment, webhook: new Webhook(value) };
  });
  return ({ environment, headers, body }) => {
    const { id, timestamp, signature } = signedHeadersOf(headers);
    const signed = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
    const flaws = new Set<string>();
    for (const secret of known.filter((one) => one.environment === environment)) {
      const flaw = findFlaw(secret.webhook, body, signed);
      if (flaw !== undefined) flaws.add(flaw);
      else {
        const actor = { kind: 'signal', id: secret.name, name: `signal ${secret.name}` } as const;
        return { key: null, actor, messageId: id };
      }
    }
    const why = flaws.size === 0 ? 'no secret signs signals for this environment' : [...flaws].join('; ');
    throw problem('invalid-signature', { detail: `The signature is not taken: ${why}.` });
  };
}

function signedHeadersOf(headers: Parameters<VerifySignature>[0]['headers']) {
  const read = (name: string) => {
    const value = headers[name];
    return typeof value === 'string' ? value : '';
  };
  const id = read('webhook-id');
  if (id === '' || id.length > ID_LENGTH_MAX) {
    throw problem('invalid-signature', {
      detail: `A webhook-id has 1 to ${ID_LENGTH_MAX} characters; came ${id.length}.`,
    });
  }
  return { id, timestamp: read('webhook-timestamp'), signature: read('webhook-signature') };
}

function findFlaw(webhook: Webhook, body: string, headers: Readonly<Record<string, string>>): string | undefined {
  try {
    webhook.verify(body, headers, { jsonParse: false });
    return undefined;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return error.message;
    throw error;
  }
}
