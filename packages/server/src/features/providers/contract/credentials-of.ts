import type { ProviderSettings } from '@tidegate/protocol';
import { boundSecret, destinationOf, type EnvironmentSecrets } from '../../../http-client/index.ts';
import type { QueryLanguage } from './query-language.ts';

export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  /** What must not be shown: the secrets, and what a header makes of them. */
  readonly hidden: readonly string[];
  /** Why they cannot be sent; then there are no headers. */
  readonly flaw: string | undefined;
}

export function credentialsOf<Settings extends ProviderSettings>(
  settings: Settings,
  language: QueryLanguage<Settings>,
  secrets: EnvironmentSecrets,
): Credentials {
  const host = destinationOf(new URL(settings.address));
  const values: string[] = [];
  const flaws: string[] = [];
  const headers = language.headersOf(settings, ({ secret: name }) => {
    const { value, flaw } = boundSecret(secrets, { name, host });
    if (flaw !== undefined) flaws.push(flaw);
    else values.push(value);
    return value ?? '';
  });
  // Basic authentication sends the user and the password as one text in base64.
  const sent = Object.values(headers).map((header) => header.split(' ').at(-1) ?? '');
  const [flaw] = flaws;
  return { headers: flaw === undefined ? headers : {}, hidden: [...values, ...sent], flaw };
}
