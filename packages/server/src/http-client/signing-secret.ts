import { type BoundSecret, boundSecret, type EnvironmentSecrets } from './bound-secret.ts';
import { findSigningFlaw } from './sign-webhook.ts';

/** The secret by its name that signs what is sent to the address, or why nothing can be signed for it. */
export function signingSecret(
  { url, secret: name }: { readonly url: string; readonly secret: string },
  secrets: EnvironmentSecrets,
): BoundSecret {
  const bound = boundSecret(secrets, { name, host: new URL(url).host });
  const flaw = bound.flaw ?? findSigningFlaw(name, bound.value);
  return flaw === undefined ? bound : { flaw };
}
