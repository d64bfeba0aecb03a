import type { OutboundSecret } from '../config.ts';
import { type BoundSecret, boundSecret } from './bound-secret.ts';
import { findSigningFlaw } from './sign-webhook.ts';

/** The secret by its name that signs what is sent to the address, or why nothing can be signed for it. */
export function signingSecret(
  { url, secret: name }: { readonly url: string; readonly secret: string },
  secrets: ReadonlyMap<string, OutboundSecret>,
): BoundSecret {
  const bound = boundSecret(secrets, { name, host: new URL(url).host });
  const flaw = bound.flaw ?? findSigningFlaw(name, bound.value);
  return flaw === undefined ? bound : { flaw };
}
