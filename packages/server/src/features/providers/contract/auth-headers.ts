import type { ProviderAuth, SecretReference } from '@tidegate/protocol';

/** The headers of the three ways in which most servers are told who asks. */
export function authHeaders(
  auth: ProviderAuth | undefined,
  secretOf: (reference: SecretReference) => string,
): Readonly<Record<string, string>> {
  if (auth === undefined) return {};
  switch (auth.kind) {
    case 'bearer':
      return { authorization: `Bearer ${secretOf(auth.token)}` };
    case 'basic': {
      const pair = `${auth.user}:${secretOf(auth.password)}`;
      return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
    }
    case 'header':
      return { [auth.name]: secretOf(auth.value) };
    default:
      throw auth satisfies never;
  }
}
