import type { OutboundSecret } from '../config.ts';

/** A secret for one host, or why it does not go there; exactly one of the two is there. */
export type BoundSecret =
  | { readonly value: string; readonly flaw?: undefined }
  | { readonly value?: undefined; readonly flaw: string };

/** A secret goes to the host that the server's configuration binds it to; a document that says otherwise gets none. */
export function boundSecret(
  secrets: ReadonlyMap<string, OutboundSecret>,
  { name, host }: { readonly name: string; readonly host: string },
): BoundSecret {
  const secret = secrets.get(name);
  if (secret === undefined) return { flaw: `TIDEGATE_SECRETS has no ${name}.` };
  if (secret.host !== host.toLowerCase()) return { flaw: `The secret ${name} is for another host than ${host}.` };
  return { value: secret.value };
}
