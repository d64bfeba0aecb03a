import type { ProviderSettings } from '@tidegate/protocol';
import type { OutboundSecret } from '../../../config.ts';
import type { QueryLanguage } from './query-language.ts';

export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  /** What must not be shown: the secrets, and what a header makes of them. */
  readonly hidden: readonly string[];
  /** Why they cannot be sent; then there are no headers. */
  readonly flaw: string | undefined;
}

/** A secret goes to the host that the server's configuration binds it to; a document that says otherwise gets none. */
export function credentialsOf<Settings extends ProviderSettings>(
  settings: Settings,
  language: QueryLanguage<Settings>,
  secrets: ReadonlyMap<string, OutboundSecret>,
): Credentials {
  const { host } = new URL(settings.address);
  const values: string[] = [];
  const flaws: string[] = [];
  const headers = language.headersOf(settings, ({ secret: name }) => {
    const secret = secrets.get(name);
    if (secret === undefined) flaws.push(`TIDEGATE_SECRETS has no ${name}.`);
    else if (secret.host !== host) flaws.push(`The secret ${name} is for another host than ${host}.`);
    else values.push(secret.value);
    return secret?.value ?? '';
  });
  // Basic authentication sends the user and the password as one text in base64.
  const sent = Object.values(headers).map((header) => header.split(' ').at(-1) ?? '');
  const [flaw] = flaws;
  return { headers: flaw === undefined ? headers : {}, hidden: [...values, ...sent], flaw };
}
