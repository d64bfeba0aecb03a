import { isUsableIn, type OutboundSecret } from '../outbound-secrets.ts';

/** The secrets of the configuration, and the environment whose documents name them: it has not the use of all. */
export interface EnvironmentSecrets {
  readonly environment: string;
  readonly all: ReadonlyMap<string, OutboundSecret>;
}

/** A secret for one host, or why it does not go there; exactly one of the two is there. */
export type BoundSecret =
  | { readonly value: string; readonly flaw?: undefined }
  | { readonly value?: undefined; readonly flaw: string };

/**
 * A secret goes to the host that the server's configuration binds it to, for the environments that it is for; a document
 * that says otherwise gets none.
 */
export function boundSecret(
  { environment, all }: EnvironmentSecrets,
  { name, host }: { readonly name: string; readonly host: string },
): BoundSecret {
  const secret = all.get(name);
  if (secret === undefined) return { flaw: `TIDEGATE_SECRETS has no ${name}.` };
  if (!isUsableIn(secret, environment)) return { flaw: `The secret ${name} is not for ${environment}.` };
  if (secret.host !== host.toLowerCase()) return { flaw: `The secret ${name} is for another host than ${host}.` };
  return { value: secret.value };
}

/** Where a credential for an address goes, as secrets are bound: in clear it goes to a port that is named alone. */
export function destinationOf({ protocol, host, hostname, port }: URL): string {
  return protocol === 'http:' && port === '' ? `${hostname}:80` : host;
}
