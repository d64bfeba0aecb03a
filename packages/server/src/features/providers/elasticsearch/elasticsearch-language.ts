import type { SettingsOf } from '@tidegate/protocol';
import * as z from 'zod';
import { authHeaders } from '../contract/auth-headers.ts';
import type { QueryLanguage, Reading } from '../contract/query-language.ts';
import { readNumberAt, splitAddress } from '../contract/value-at.ts';

/**
 * Elasticsearch and OpenSearch. A query is written as in their consoles: the address in the first line, the body below
 * it; behind the `#` of the address stands a JSON Pointer to the number.
 *
 *     /logs-*\/_count#/count
 *     {"query": {"term": {"variant": "{{ args.variant }}"}}}
 *
 * The body filters for the window itself. An answer of some shards only is a part of the truth, and so no number
 * (https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-search).
 */
export const elasticsearchLanguage: QueryLanguage<SettingsOf<'elasticsearch'>> = {
  escapeArgument: (argument) => JSON.stringify(argument).slice(1, -1),
  headersOf: ({ auth }, secretOf) => authHeaders(auth, secretOf),
  requestOf(query) {
    const { address, body } = splitLines(query);
    return {
      method: 'POST',
      path: splitAddress(address).path,
      headers: { 'content-type': 'application/json' },
      body,
    };
  },
  read(json, query) {
    const partial = findPart(json);
    return partial ?? readNumberAt(json, splitAddress(splitLines(query).address).pointer);
  },
  readRefusal(json) {
    const refusal = refusalSchema.safeParse(json);
    if (!refusal.success) return {};
    const { error } = refusal.data;
    return { message: typeof error === 'string' ? error : `${error.type}: ${error.reason ?? ''}` };
  },
};

const refusalSchema = z.object({
  error: z.union([z.string(), z.object({ type: z.string(), reason: z.string().nullish() })]),
});

const completenessSchema = z.object({
  timed_out: z.boolean().optional(),
  _shards: z.object({ failed: z.number() }).optional(),
});

function findPart(json: unknown): Reading | undefined {
  const parsed = completenessSchema.safeParse(json);
  if (!parsed.success) return undefined;
  const { timed_out: isTimedOut, _shards: shards } = parsed.data;
  if (isTimedOut === true) return { kind: 'error', class: 'timeout', message: 'The search ran out of time.' };
  if (shards === undefined || shards.failed === 0) return undefined;
  return { kind: 'error', class: 'unavailable', message: `${shards.failed} shards failed.` };
}

function splitLines(query: string): { readonly address: string; readonly body: string } {
  const [address = '', ...body] = query.trim().split('\n');
  return { address, body: body.join('\n') || '{}' };
}
