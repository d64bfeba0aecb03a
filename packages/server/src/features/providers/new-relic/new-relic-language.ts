import type { SettingsOf } from '@tidegate/protocol';
import * as z from 'zod';
import type { ErrorClass } from '../contract/metric-provider.ts';
import { malformed, type QueryLanguage, type Reading } from '../contract/query-language.ts';

/**
 * NRQL by NerdGraph (https://docs.newrelic.com/docs/apis/nerdgraph/examples/nerdgraph-nrql-tutorial/). A query has no
 * SINCE and no UNTIL of its own: the window is put behind it, so that both arms have the same. NerdGraph answers 200
 * also when a query failed, with `errors`.
 */
export const newRelicLanguage: QueryLanguage<SettingsOf<'new-relic'>> = {
  // For a place between single quotes; what could leave it by other ways has no business in a name.
  escapeArgument: (argument) =>
    /[`\p{Cc}]/u.test(argument) ? undefined : argument.replaceAll(/['\\]/g, (sign) => `\\${sign}`),
  headersOf: ({ apiKey }, secretOf) => ({ 'api-key': secretOf(apiKey) }),
  requestOf: (query, { window, settings }) => ({
    method: 'POST',
    path: '/graphql',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: DOCUMENT,
      variables: {
        account: settings.accountId,
        nrql: `${query} SINCE ${window.startAtMs} UNTIL ${window.endAtMs}`,
        seconds: Math.max(1, Math.ceil(settings.timeoutMs / 1_000)),
      },
    }),
  }),
  read,
  readRefusal(json) {
    const failed = errorsSchema.safeParse(json);
    return failed.success ? { message: failed.data.errors.map(({ message }) => message).join(' ') } : {};
  },
};

const DOCUMENT = `query ($account: Int!, $nrql: Nrql!, $seconds: Seconds) {
  actor { account(id: $account) { nrql(query: $nrql, timeout: $seconds) { results } } }
}`;

const errorsSchema = z.object({
  errors: z
    .array(z.object({ message: z.string(), extensions: z.object({ errorClass: z.string().optional() }).optional() }))
    .min(1),
});

const answerSchema = z.object({
  data: z.object({
    actor: z.object({ account: z.object({ nrql: z.object({ results: z.array(z.record(z.string(), z.unknown())) }) }) }),
  }),
});

function read(json: unknown): Reading {
  const failed = errorsSchema.safeParse(json);
  if (failed.success) {
    const [{ message, extensions } = { message: '', extensions: undefined }] = failed.data.errors;
    return { kind: 'error', class: classOf(`${extensions?.errorClass ?? ''} ${message}`), message };
  }
  const answer = answerSchema.safeParse(json);
  if (!answer.success) return malformed(`The answer is none of NerdGraph: ${answer.error.issues[0]?.message}`);
  const [row, ...others] = answer.data.data.actor.account.nrql.results;
  if (row === undefined) return { kind: 'empty' };
  const [value, ...more] = Object.values(row);
  if (others.length > 0 || more.length > 0) {
    const message = 'Expected one number; came several. Leave FACET and TIMESERIES out, and select one value.';
    return { kind: 'error', class: 'bad_query', message };
  }
  if (value === null || value === undefined) return { kind: 'empty' };
  if (typeof value !== 'number') return malformed(`Expected a number; came ${JSON.stringify(value)}.`);
  return { kind: 'number', value };
}

function classOf(said: string): ErrorClass {
  if (/time(d[ _]?)?[ _]?out/i.test(said)) return 'timeout';
  if (/TOO_MANY_REQUESTS|rate limit/i.test(said)) return 'rate_limited';
  if (/UNAUTHORIZED|FORBIDDEN|ACCESS_DENIED|api[- ]key/i.test(said)) return 'auth';
  return /SERVER_ERROR|UNAVAILABLE/i.test(said) ? 'unavailable' : 'bad_query';
}
