import type { SettingsOf } from '@tidegate/protocol';
import { authHeaders } from '../contract/auth-headers.ts';
import type { QueryLanguage } from '../contract/query-language.ts';
import { readNumberAt, splitAddress } from '../contract/value-at.ts';

/**
 * Any server that answers a GET with JSON. A query is an address below the provider's, and behind its `#` a JSON Pointer
 * to the number: `/errors?variant={{ args.variant }}#/data/count`. What several parts ask at one address is asked once.
 */
export const webLanguage: QueryLanguage<SettingsOf<'web'>> = {
  // Dots alone are steps of a path, however they are written.
  escapeArgument: (argument) => (/^\.+$/.test(argument) ? undefined : encodeURIComponent(argument)),
  headersOf: ({ auth }, secretOf) => authHeaders(auth, secretOf),
  requestOf: (query) => ({ method: 'GET', path: splitAddress(query).path }),
  read: (json, query) => readNumberAt(json, splitAddress(query).pointer),
  readRefusal: () => ({}),
};
