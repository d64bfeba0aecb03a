import type { Gate } from '@tidegate/analysis';
import { Webhook } from 'standardwebhooks';
import type { OutboundSecret } from '../../config.ts';

export type FoundSecret =
  | { readonly kind: 'secret'; readonly value: string; readonly webhook: Webhook }
  | { readonly kind: 'flawed'; readonly detail: string };

/** A secret signs for the host that the server's configuration binds it to; a plan that says otherwise gets none. */
export function findGateSecret(
  { url, secret: name }: Pick<Gate, 'url' | 'secret'>,
  secrets: ReadonlyMap<string, OutboundSecret>,
): FoundSecret {
  const { host } = new URL(url);
  const secret = secrets.get(name);
  if (secret === undefined) return { kind: 'flawed', detail: `TIDEGATE_SECRETS has no ${name}.` };
  if (secret.host !== host) {
    return { kind: 'flawed', detail: `The secret ${name} is for another host than ${host}.` };
  }
  const webhook = readSigningSecret(secret.value);
  if (webhook !== undefined) return { kind: 'secret', value: secret.value, webhook };
  return { kind: 'flawed', detail: `The secret ${name} cannot sign: expected whsec_ and base64.` };
}

/** Undefined for what is not base64, with or without `whsec_` before it. */
function readSigningSecret(value: string): Webhook | undefined {
  try {
    return new Webhook(value);
  } catch {
    return undefined;
  }
}
