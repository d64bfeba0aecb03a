import type { SettingsOf } from '@tidegate/protocol';
import * as z from 'zod';
import type { ErrorClass } from '../contract/metric-provider.ts';
import { malformed, type QueryLanguage, type Reading } from '../contract/query-language.ts';

/**
 * CloudWatch by `GetMetricData` with one expression, such as a query of Metrics Insights
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html). It answers with a value a
 * minute: events, units and sample sizes are summed over the window, a value is averaged. `officialClient` sends it.
 */
export const cloudWatchLanguage: QueryLanguage<SettingsOf<'cloudwatch'>> = {
  // How a quote inside quotes is said is not published: what could hold one is refused.
  escapeArgument: (argument) => (/^[\w./:-]+$/.test(argument) ? argument : undefined),
  headersOf: ({ accessKeyId, secretAccessKey }, secretOf) => {
    // They sign, and stand in no header; what they are bound to is checked all the same.
    for (const secret of [accessKeyId, secretAccessKey]) secretOf(secret);
    return {};
  },
  requestOf: (query, { part, window }) => ({
    method: 'POST',
    path: '/',
    body: JSON.stringify({
      // An Id begins with a small letter, as parts do; the answer says it again.
      MetricDataQueries: [{ Id: part, Expression: query, Period: PERIOD_S }],
      StartTime: window.startAtMs / 1_000,
      EndTime: window.endAtMs / 1_000,
    }),
  }),
  read(json, query) {
    const answer = answerSchema.safeParse(json);
    if (!answer.success) return malformed('The answer is not that of GetMetricData.');
    const [result, ...others] = answer.data.MetricDataResults;
    if (result === undefined) return { kind: 'empty' };
    if (others.length > 0) {
      const message = `The query gave ${others.length + 1} series, and one is needed: ${query}`;
      return { kind: 'error', class: 'bad_query', message };
    }
    return readResult(result);
  },
  readRefusal(json) {
    const refusal = refusalSchema.safeParse(json);
    if (!refusal.success) return {};
    const { __type: type = '', message = refusal.data.Message } = refusal.data;
    const name = type.split('#').at(-1) ?? '';
    const refusedAs = CLASSES.find(([names]) => names.test(name))?.[1];
    return { ...(refusedAs === undefined ? {} : { class: refusedAs }), message: `${name}: ${message ?? ''}` };
  },
};

/** Its finest for metrics of applications. */
const PERIOD_S = 60;

/** Every refusal has the status 400: its name says what it is. */
const CLASSES: readonly (readonly [RegExp, ErrorClass])[] = [
  [/Throttl|LimitExceeded|TooManyRequests/, 'rate_limited'],
  [
    /AccessDenied|ClientToken|UnrecognizedClient|SignatureDoesNotMatch|ExpiredToken|Authentication|OptInRequired/,
    'auth',
  ],
  [/InternalService|ServiceUnavailable|InternalFailure/, 'unavailable'],
];

const resultSchema = z.object({
  Id: z.string(),
  Values: z.array(z.number()).default([]),
  StatusCode: z.enum(['Complete', 'InternalError', 'PartialData', 'Forbidden']).default('Complete'),
});
const answerSchema = z.object({ MetricDataResults: z.array(resultSchema) });
const refusalSchema = z.object({
  __type: z.string().exactOptional(),
  message: z.string().exactOptional(),
  Message: z.string().exactOptional(),
});

function readResult({ Id: part, Values: values, StatusCode: status }: z.output<typeof resultSchema>): Reading {
  if (status !== 'Complete') {
    const refusedAs = status === 'Forbidden' ? 'auth' : 'unavailable';
    return { kind: 'error', class: refusedAs, message: `CloudWatch answered with ${status}.` };
  }
  if (values.length === 0) return { kind: 'empty' };
  const sum = values.reduce((total, value) => total + value, 0);
  return { kind: 'number', value: part === 'value' ? sum / values.length : sum };
}
