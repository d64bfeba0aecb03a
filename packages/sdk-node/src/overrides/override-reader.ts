import type { IncomingHttpHeaders } from 'node:http';
import { checkSecret, type Overrides, readOverrides } from './override-token.ts';

export interface OverrideOptions {
  /**
   * What tokens are signed with: at least 32 characters, known to nobody but the application. While a secret is being
   * replaced, the new one and the one before.
   */
  readonly secret: string | readonly string[];
  /** The request header that may carry a token: `x-tidegate-overrides` when absent. */
  readonly header?: string | undefined;
  /** The cookie that may carry one where the header does not: `tidegate-overrides` when absent. */
  readonly cookie?: string | undefined;
}

/**
 * Reads what a request may choose: undefined without a good token.
 *
 * @throws RangeError when there is no secret, or one is too short.
 */
export function createOverrideReader(
  { secret, header = 'x-tidegate-overrides', cookie = 'tidegate-overrides' }: OverrideOptions,
  epochMs: () => number,
): (headers: IncomingHttpHeaders) => Overrides | undefined {
  const secrets = typeof secret === 'string' ? [secret] : secret;
  if (secrets.length === 0) throw new RangeError('expected a secret, got none');
  for (const one of secrets) checkSecret(one);
  const headerName = header.toLowerCase();
  return (headers) => {
    const token = headers[headerName] ?? cookieOf(headers.cookie, cookie);
    if (typeof token !== 'string') return undefined;
    const verdict = readOverrides(token, secrets, epochMs());
    return verdict.kind === 'valid' ? verdict.flags : undefined;
  };
}

/** The first of its name. A token has no letter that would be quoted or escaped. */
function cookieOf(cookies: string | undefined, name: string): string | undefined {
  const pair = cookies?.split(';').find((one) => one.trimStart().startsWith(`${name}=`));
  return pair?.slice(pair.indexOf('=') + 1).trim();
}
