import type { Gate } from '@tidegate/analysis';
import type { OutboundSecret } from '../../config.ts';
import { type BoundSecret, boundSecret, findSigningFlaw } from '../../http-client/index.ts';

/** The secret that signs what a gate is asked, or why nothing can be asked. */
export function gateSecret(
  { url, secret: name }: Pick<Gate, 'url' | 'secret'>,
  secrets: ReadonlyMap<string, OutboundSecret>,
): BoundSecret {
  const bound = boundSecret(secrets, { name, host: new URL(url).host });
  const flaw = bound.flaw ?? findSigningFlaw(name, bound.value);
  return flaw === undefined ? bound : { flaw };
}
