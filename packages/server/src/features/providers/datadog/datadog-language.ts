import type { SettingsOf } from '@tidegate/protocol';
import * as z from 'zod';
import { malformed, type QueryLanguage, type Reading } from '../contract/query-language.ts';

/**
 * Datadog's metrics by its scalar query, which makes one number of the window by itself
 * (https://docs.datadoghq.com/api/latest/metrics/#query-scalar-data-across-multiple-products): events, units and sample
 * sizes are summed over it, a value is averaged.
 */
export const datadogLanguage: QueryLanguage<SettingsOf<'datadog'>> = {
  // Its language has no quotes: what is no letter, digit or one of these would end the tag.
  escapeArgument: (argument) => (/^[\w./-]+$/.test(argument) ? argument : undefined),
  headersOf: ({ apiKey, applicationKey }, secretOf) => ({
    'dd-api-key': secretOf(apiKey),
    'dd-application-key': secretOf(applicationKey),
  }),
  requestOf: (query, { part, window }) => ({
    method: 'POST',
    path: '/api/v2/query/scalar',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      data: {
        type: 'scalar_request',
        attributes: {
          from: window.startAtMs,
          to: window.endAtMs,
          formulas: [{ formula: 'a' }],
          queries: [{ data_source: 'metrics', name: 'a', query, aggregator: part === 'value' ? 'avg' : 'sum' }],
        },
      },
    }),
  }),
  read,
  readRefusal(json) {
    const refusal = refusalSchema.safeParse(json);
    return refusal.success ? { message: JSON.stringify(refusal.data.errors) } : {};
  },
};

const refusalSchema = z.object({ errors: z.array(z.unknown()) });

const answerSchema = z.object({
  data: z.object({
    attributes: z.object({
      columns: z.array(z.object({ type: z.string(), values: z.array(z.unknown()) })),
    }),
  }),
});

const valueSchema = z.number().nullable();

function read(json: unknown): Reading {
  const answer = answerSchema.safeParse(json);
  if (!answer.success) return malformed(`The answer is none of Datadog: ${answer.error.issues[0]?.message}`);
  const { columns } = answer.data.data.attributes;
  // A group's name stands in a column of its own.
  const values = columns.filter(({ type }) => type === 'number').flatMap((column) => column.values);
  if (values.length > 1) {
    const message = `Expected one number; came ${values.length} groups. Leave "by" out, or filter for one.`;
    return { kind: 'error', class: 'bad_query', message };
  }
  const value = valueSchema.optional().safeParse(values[0]);
  if (!value.success) return malformed(`Expected a number; came ${JSON.stringify(values[0])}.`);
  return value.data === undefined || value.data === null ? { kind: 'empty' } : { kind: 'number', value: value.data };
}
