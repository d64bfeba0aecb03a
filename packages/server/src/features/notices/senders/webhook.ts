import { type EnvironmentSecrets, signingSecret, signWebhook } from '../../../http-client/index.ts';
import { cloudEventOf } from './cloud-event.ts';
import { httpSender } from './http-sender.ts';
import { flawedSender, type Message, type Sender, type SenderDeps } from './sender.ts';

export interface WebhookAddress {
  readonly url: string;
  /** The name of the secret that signs. */
  readonly secret: string;
}

/** Anybody's machine: a CloudEvent (https://cloudevents.io) in its structured form, signed as Standard Webhooks has it. */
export function webhookSender(address: WebhookAddress & { readonly timeoutMs: number }, deps: SenderDeps): Sender {
  const url = new URL(address.url);
  const { value, flaw } = signingSecret(address, deps.secrets);
  if (flaw !== undefined) return flawedSender(flaw);
  const manner = {
    hidden: [value],
    timeoutMs: address.timeoutMs,
    requestOf(message: Message) {
      const body = JSON.stringify(cloudEventOf(message));
      const signed = signWebhook({ id: message.id, atMs: deps.platform.nowMs(), body }, value);
      return { url, headers: { 'content-type': 'application/cloudevents+json; charset=utf-8', ...signed }, body };
    },
  };
  return httpSender(manner, deps);
}

/** Why nothing could be signed for the address. */
export function findWebhookFlaw(address: WebhookAddress, secrets: EnvironmentSecrets): string | undefined {
  return signingSecret(address, secrets).flaw;
}
