import type { Measure, Metric } from '@tidegate/analysis';
import * as z from 'zod';
import { type DocumentViewFields, documentViewShape, mergePatchOf } from './document.ts';
import { descriptionSchema, keySchema, NAME_LENGTH_MAX } from './key.ts';

/** A metric as the change log keeps it. One that was written before there were kinds has none: it is binary. */
export type MetricDocument = MetricSettings & { readonly key: string; readonly createdAtMs: number };

export type MetricSettings = Pick<Metric, 'description' | 'event' | 'countsWhen' | 'harm' | 'browserEvidence'> &
  Measure;

export type MetricView = MetricDocument & DocumentViewFields;

/** What `client.run` reports; the other names that start with `$` are kept for the SDKs. */
const RUN_EVENTS: ReadonlySet<string> = new Set(['$error', '$duration']);

/** Shorter than an SDK takes to flush, a window would see the half of what happens in it. */
const WINDOW_MS_MIN = 10_000;
/** Every unit of the window waits in memory, and a rollout learns nothing of a unit before it closes. */
const WINDOW_MS_MAX = 30 * 86_400_000;
/** Values beyond are cut in any case. */
const CAP_MAX = 1e12;
/** With 10⁸ between the ends there are 242 bins, and what the engine keeps of a guard stays below 4 KB. */
const HISTOGRAM_SPAN_MAX = 1e8;
/** As `binsOf` of the analysis takes them. */
const HISTOGRAM_DEFAULTS = { min: 1, max: 60_000 };

const eventSchema = z
  .string()
  .min(1)
  .max(NAME_LENGTH_MAX)
  .refine((event) => !event.startsWith('$') || RUN_EVENTS.has(event), 'only $error and $duration start with a $');

const shared = {
  description: descriptionSchema.default(''),
  event: eventSchema.describe('The name given to `client.track`, or `$error` or `$duration` of `client.run`.'),
  countsWhen: z
    .union([z.strictObject({ above: z.number() }), z.strictObject({ below: z.number() })])
    .exactOptional()
    .describe('Only outcomes of `event` with a value beyond the bound count; every one counts when absent.'),
  harm: z.enum(['up', 'down']).default('up').describe('The harmful direction of what is measured.'),
  browserEvidence: z
    .boolean()
    .default(false)
    .describe('Whether outcomes that came under a browser key count: anyone can forge those.'),
};

const windowMs = z
  .int()
  .min(WINDOW_MS_MIN)
  .max(WINDOW_MS_MAX)
  .describe('Only what a unit does within this long after its exposure counts; its number is known when it ends.');

const capAt = z
  .number()
  .positive()
  .max(CAP_MAX)
  .exactOptional()
  .describe("A unit's number beyond it, either way, counts as it: one giant purchase must not decide a rollout.");

const positive = z.number().positive().max(CAP_MAX);

/** What each kind adds to what all have. */
const measures = {
  binary: {
    kind: z.literal('binary').default('binary').describe('The share of units with the event.'),
    windowMs: windowMs.exactOptional(),
  },
  count: { kind: z.literal('count').describe('How often the event happens per unit.'), windowMs, capAt },
  mean: { kind: z.literal('mean').describe("The sum of the event's values per unit."), windowMs, capAt },
  ratio: {
    kind: z.literal('ratio').describe('The values of `event` over the values of `perEvent`.'),
    perEvent: eventSchema,
    windowMs,
  },
  histogram: {
    kind: z.literal('histogram').describe("The distribution of the event's values: latency and the like."),
    min: positive.exactOptional().describe('Lower end of the bins; 1 when absent. Smaller values share one bin.'),
    max: positive.exactOptional().describe('Upper end of the bins; 60000 when absent. Larger values share one bin.'),
  },
};

/** What a guard measures of each unit, as the evidence of its rollout shows it. */
export const measureSchema = z.discriminatedUnion('kind', [
  z.strictObject(measures.binary),
  z.strictObject(measures.count),
  z.strictObject(measures.mean),
  z.strictObject(measures.ratio),
  z.strictObject(measures.histogram),
]) satisfies z.ZodType<Measure>;

/** The forms of a metric that has these members beside its own. */
function formsWith<Shape extends z.ZodRawShape>(members: Shape) {
  const { binary, count, mean, ratio, histogram } = measures;
  return z.discriminatedUnion('kind', [
    z.strictObject({ ...members, ...shared, ...binary }),
    z.strictObject({ ...members, ...shared, ...count }),
    z.strictObject({ ...members, ...shared, ...mean }),
    z.strictObject({ ...members, ...shared, ...ratio }),
    // Whatever the members are, a histogram has its ends among its own.
    z
      .strictObject({ ...members, ...shared, ...histogram })
      .superRefine((form, context) => checkEnds(form as HistogramMeasure, context)),
  ]);
}

type HistogramMeasure = Extract<Measure, { kind: 'histogram' }>;

function checkEnds(ends: HistogramMeasure, context: z.RefinementCtx): void {
  const { min, max } = { ...HISTOGRAM_DEFAULTS, ...ends };
  if (max > min && max <= min * HISTOGRAM_SPAN_MAX) return;
  const message = `max must be above min, and at most ${HISTOGRAM_SPAN_MAX} times as large: min is ${min}, max is ${max}`;
  context.addIssue({ code: 'custom', path: ['max'], message });
}

/** Who names no kind means the one that there was before there were kinds. */
function withKind(metric: unknown): unknown {
  if (typeof metric !== 'object' || metric === null || Array.isArray(metric)) return metric;
  return { kind: 'binary', ...metric };
}

export const metricSettingsSchema = z.preprocess(withKind, formsWith({})) satisfies z.ZodType<MetricSettings>;

export const newMetricSchema = z.preprocess(withKind, formsWith({ key: keySchema }).meta({ id: 'NewMetric' }));

export type NewMetric = z.output<typeof newMetricSchema>;

/** Members of any kind: what the patch leads to is held to one. */
export const metricPatchSchema = mergePatchOf(
  z.strictObject({
    ...shared,
    ...measures.histogram,
    ...measures.ratio,
    ...measures.mean,
  }),
).meta({ id: 'MetricPatch' });

export const metricViewSchema = formsWith({ key: keySchema, ...documentViewShape }).meta({
  id: 'Metric',
}) satisfies z.ZodType<MetricView>;
