import type { SettingsOf } from '@tidegate/protocol';
import * as z from 'zod';
import { authHeaders } from '../contract/auth-headers.ts';
import type { ErrorClass } from '../contract/metric-provider.ts';
import { malformed, type QueryLanguage, type Reading } from '../contract/query-language.ts';

/**
 * PromQL by the stable HTTP API (https://prometheus.io/docs/prometheus/latest/querying/api/): one instant query at the
 * end of the window. The query itself says how far back it looks: `[{{ window.seconds }}s]`. What speaks the same API
 * (Thanos, Mimir, VictoriaMetrics) answers as well.
 */
export const prometheusLanguage: QueryLanguage<SettingsOf<'prometheus'>> = {
  // Escapes of Go's strings, which mean the same between either quotes, and nothing but an error outside of them.
  escapeArgument: (argument) =>
    argument.replaceAll(/[^\w.:/ -]/gu, (sign) =>
      [...Buffer.from(sign)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
    ),
  headersOf: ({ auth }, secretOf) => authHeaders(auth, secretOf),
  requestOf: (query, { window, settings }) => ({
    method: 'POST',
    path: '/api/v1/query',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      query,
      time: (window.endAtMs / 1_000).toFixed(3),
      timeout: `${settings.timeoutMs}ms`,
    }).toString(),
  }),
  read,
  readRefusal(json) {
    const refusal = refusalSchema.safeParse(json);
    if (!refusal.success) return {};
    const errorClass = CLASSES.get(refusal.data.errorType);
    const message = `${refusal.data.errorType}: ${refusal.data.error}`;
    return errorClass === undefined ? { message } : { class: errorClass, message };
  },
};

/** `execution` is a query that can be read and not carried out: two series where one may be, and the like. */
const CLASSES: ReadonlyMap<string, ErrorClass> = new Map([
  ['timeout', 'timeout'],
  ['canceled', 'unavailable'],
  ['unavailable', 'unavailable'],
  ['internal', 'unavailable'],
  ['execution', 'bad_query'],
  ['bad_data', 'bad_query'],
]);

const refusalSchema = z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() });

/** An instant in seconds, and a number as text. */
const sampleSchema = z.tuple([z.number(), z.string()]);

const answerSchema = z.object({
  status: z.literal('success'),
  data: z.discriminatedUnion('resultType', [
    z.object({ resultType: z.literal('vector'), result: z.array(z.object({ value: sampleSchema })) }),
    z.object({ resultType: z.literal('scalar'), result: sampleSchema }),
    z.object({ resultType: z.enum(['matrix', 'string']), result: z.unknown() }),
  ]),
  warnings: z.array(z.string()).optional(),
});

function read(json: unknown): Reading {
  const answer = answerSchema.safeParse(json);
  if (!answer.success) return malformed(`The answer is none of Prometheus: ${answer.error.issues[0]?.message}`);
  const { data, warnings = [] } = answer.data;
  if (data.resultType === 'scalar') return readSample(data.result, warnings);
  if (data.resultType !== 'vector') return ambiguous(`a ${data.resultType}`);
  const [first, ...others] = data.result;
  if (first === undefined) return { kind: 'empty' };
  return others.length > 0 ? ambiguous(`${data.result.length} series`) : readSample(first.value, warnings);
}

function ambiguous(came: string): Reading {
  const message = `Expected one number; came ${came}. Sum them, or filter for one.`;
  return { kind: 'error', class: 'bad_query', message };
}

function readSample([atS, text]: z.output<typeof sampleSchema>, warnings: readonly string[]): Reading {
  const value = SPECIAL.get(text) ?? (/^[+-]?\.?\d/.test(text) ? Number(text) : undefined);
  if (value === undefined) return malformed(`Expected a number; came ${text}.`);
  return { kind: 'number', value, atMs: Math.round(atS * 1_000), warnings };
}

const SPECIAL: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['+Inf', Number.POSITIVE_INFINITY],
  ['-Inf', Number.NEGATIVE_INFINITY],
]);
