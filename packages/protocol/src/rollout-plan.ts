import type { Guard, RolloutPlan, RolloutStage } from '@tidegate/analysis';
import type { Condition, Deadline, PresetName, RaiseWindow, WrittenPlan } from '@tidegate/analysis/plans';
import * as z from 'zod';
import { conditionSchema } from './condition.ts';
import { gatesSchemaOf, writtenGatesSchemaOf } from './gate.ts';
import { templateArgumentSchema } from './guard-template.ts';
import { hooksSchema } from './hook.ts';
import { keySchema } from './key.ts';
import { metricSettingsSchema } from './metric.ts';
import { providerGuardsSchemaOf, writtenProviderGuardsSchemaOf } from './provider-guard.ts';
import { CAPS_MAX } from './serve.ts';

/** Stages of one rollout; more would be finer than any evidence. */
export const STAGES_MAX = 50;
/** Guards of one rollout: each costs log(guards) nats of delay when the harm shows in one alone. */
export const GUARDS_MAX = 50;
/** A stage, bake or wait may last 90 days: longer is a targeting rule, not a rollout. */
const DURATION_MAX_MS = 90 * 86_400_000;
/** All of it, twice over: what a plan that names no end is given. */
const WHOLE_DURATION_MAX_MS = 2 * (STAGES_MAX + 1) * DURATION_MAX_MS;
/** More windows than days of the week and a few are one cron expression. */
const WINDOWS_MAX = 20;
/** Proxies in front of one service: one at the edge, and a few behind it. */
const TARGETS_MAX = 10;
/** Roles, and groups of a score: a handful each. */
const NAMES_MAX = 50;

const key = z.string().min(1).max(128);
const durationMs = z.int().min(0).max(DURATION_MAX_MS);
const ppm = z.int().min(1).max(1_000_000);
/** What keeps control is the smaller part: more is no success. */
const heldBackPpm = ppm.max(500_000);
const share = z.number().min(0).max(1);
const ratio = z.number().positive().max(100);
// Whether they can be read is said by whoever reads them, with what was expected.
const duration = z.string().max(32).describe('A duration like 30s, 30m or 24h.');
const percent = z.string().max(32).describe('A percent like 5% or 2.5%.');
const then = z.enum(['abort', 'hold', 'continue']);

// An object of the flag language; the room of decisions carries it and never looks into it.
const whomSchema = conditionSchema as unknown as z.ZodType<Condition>;

const deadlineSchema = z.strictObject({ afterMs: durationMs, then }) satisfies z.ZodType<Deadline>;
const writtenDeadlineSchema = z.strictObject({
  after: duration.exactOptional(),
  afterMs: durationMs.exactOptional(),
  then,
});

const wholeMs = z.int().min(0).max(WHOLE_DURATION_MAX_MS);

const windowSchema = z.strictObject({
  cron: z.string().min(1).max(256),
  timeZone: z.string().min(1).max(64),
  durationMs: durationMs.min(60_000),
}) satisfies z.ZodType<RaiseWindow>;

const approvalShape = {
  count: z.int().min(1).max(20),
  roles: z.array(key).min(1).max(NAMES_MAX).exactOptional(),
  notAuthor: z.boolean(),
};

const experimentShape = { metric: key, onLose: z.enum(['abort', 'hold']) };

const stageShape = {
  treatmentPpm: ppm,
  dwellMs: durationMs,
  minUnits: z.int().min(1).max(1_000_000_000),
  safeRatio: ratio.exactOptional(),
};

const stageSchema = z.strictObject({
  ...stageShape,
  safeDeadline: deadlineSchema.exactOptional(),
  scope: whomSchema.exactOptional(),
  approval: z.strictObject({ ...approvalShape, deadline: deadlineSchema }).exactOptional(),
  experiment: z.strictObject({ ...experimentShape, deadline: deadlineSchema }).exactOptional(),
}) satisfies z.ZodType<RolloutStage>;

const writtenStageSchema = z.strictObject({
  treatment: percent.exactOptional(),
  treatmentPpm: ppm.exactOptional(),
  dwell: duration.exactOptional(),
  dwellMs: durationMs.exactOptional(),
  minUnits: stageShape.minUnits.exactOptional(),
  safeRatio: stageShape.safeRatio,
  safeDeadline: writtenDeadlineSchema.exactOptional(),
  scope: whomSchema.exactOptional(),
  approval: z
    .strictObject({
      count: approvalShape.count.exactOptional(),
      roles: approvalShape.roles,
      notAuthor: approvalShape.notAuthor.exactOptional(),
      deadline: writtenDeadlineSchema.exactOptional(),
    })
    .exactOptional(),
  experiment: z
    .strictObject({
      metric: key,
      onLose: experimentShape.onLose.exactOptional(),
      deadline: writtenDeadlineSchema,
    })
    .exactOptional(),
});

const capPpm = z.int().min(0).max(1_000_000);

const argumentsSchema = z.record(key, templateArgumentSchema);
const madeFromSchema = z.strictObject({ name: keySchema, version: z.int().min(1), args: argumentsSchema });

const guardShape = {
  definition: metricSettingsSchema.exactOptional(),
  mode: z.enum(['decide', 'observe']).exactOptional(),
  critical: z.boolean().exactOptional(),
  tolerance: ratio.exactOptional(),
  maxRate: share.exactOptional(),
  margins: z.array(ratio.nullable()).min(1).max(STAGES_MAX).exactOptional(),
  group: key.exactOptional(),
};
const weight = z.number().positive().max(1_000);

const guardSchema = z.strictObject({
  ...guardShape,
  metric: key,
  weight,
  template: madeFromSchema.exactOptional(),
  noOutcomes: z.strictObject({ graceMs: durationMs, deadline: deadlineSchema }).exactOptional(),
}) satisfies z.ZodType<Guard>;

const writtenGuardSchema = z.strictObject({
  ...guardShape,
  metric: key.exactOptional(),
  weight: weight.exactOptional(),
  template: z
    .union([z.string().min(1).max(160), madeFromSchema])
    .exactOptional()
    .describe('A name, or name@version.'),
  args: argumentsSchema.exactOptional(),
  noOutcomes: z
    .strictObject({
      grace: duration.exactOptional(),
      graceMs: durationMs.exactOptional(),
      deadline: writtenDeadlineSchema,
    })
    .exactOptional(),
});

/** The health rules, over one form of a deadline or the other. */
function healthSchemaOf<D extends z.ZodType>(deadline: D) {
  return z.strictObject({
    sampleRatio: z.strictObject({ deadline }).exactOptional(),
    crossover: z.strictObject({ maxShare: share, deadline }).exactOptional(),
    noData: z.strictObject({ deadline }).exactOptional(),
    confirmation: z.strictObject({ deadline }).exactOptional(),
    openBreakers: z.strictObject({ maxShare: share }).exactOptional(),
    lostEvents: z.strictObject({ maxShare: share, deadline }).exactOptional(),
  });
}

const rollbackSteps = z.int().min(1).max(STAGES_MAX);

const trafficSchema = z
  .array(z.strictObject({ adapter: keySchema, deadline: deadlineSchema }))
  .min(1)
  .max(TARGETS_MAX);
const writtenTrafficSchema = z
  .array(z.union([keySchema, z.strictObject({ adapter: keySchema, deadline: writtenDeadlineSchema.exactOptional() })]))
  .min(1)
  .max(TARGETS_MAX);

/** What reads the same in both forms. */
const planShape = {
  maxExposedUnits: z.int().min(1).exactOptional(),
  onHarm: z.enum(['rollback', 'freeze']).exactOptional(),
  score: z
    .strictObject({
      groupWeights: z.record(key, z.number().positive()),
      marginal: z.number().min(0).max(100),
      pass: z.number().min(0).max(100),
    })
    .exactOptional(),
  attempt: z.int().min(1).max(1_000).exactOptional(),
  hooks: hooksSchema.exactOptional(),
};

/** A plan that says everything: what a rollout is made of and the API answers with. */
export const rolloutPlanSchema = z
  .strictObject({
    flagKey: key,
    rule: key,
    treatment: key,
    control: key,
    unit: z.string().min(1).max(256),
    stages: z.array(stageSchema).min(1).max(STAGES_MAX),
    bakeMs: durationMs,
    // A late attempt spends little: less than anybody would ask for.
    alpha: z.number().positive().max(0.5),
    guards: z.array(guardSchema).min(1).max(GUARDS_MAX),
    noDataMs: durationMs.min(1_000),
    confirmMs: z.int().min(1_000).max(600_000),
    controlSamplePpm: ppm.exactOptional(),
    maxTreatmentPpm: ppm.exactOptional(),
    caps: z
      .array(z.strictObject({ condition: whomSchema, maxTreatmentPpm: capPpm }))
      .min(1)
      .max(CAPS_MAX)
      .exactOptional(),
    startAtMs: z.int().min(0).exactOptional(),
    windows: z.array(windowSchema).min(1).max(WINDOWS_MAX).exactOptional(),
    maxDuration: z.strictObject({ afterMs: wholeMs, then }).exactOptional(),
    gradualRollback: z.strictObject({ steps: rollbackSteps, stepMs: durationMs }).exactOptional(),
    health: healthSchemaOf(deadlineSchema).exactOptional(),
    holdback: z.strictObject({ ppm: heldBackPpm, durationMs }).exactOptional(),
    after: z.strictObject({ environment: keySchema, deadline: deadlineSchema.exactOptional() }).exactOptional(),
    providerGuards: providerGuardsSchemaOf(deadlineSchema).exactOptional(),
    traffic: trafficSchema.exactOptional(),
    gates: gatesSchemaOf(deadlineSchema).exactOptional(),
    ...planShape,
  })
  .meta({ id: 'RolloutPlan' }) satisfies z.ZodType<RolloutPlan>;

const presetName = z.enum([
  'standard',
  'linear',
  'exponential',
  'canary-10-30m',
  'instant',
]) satisfies z.ZodType<PresetName>;

const presetSchema = z.union([
  presetName,
  z.strictObject({
    name: presetName,
    step: percent.exactOptional(),
    stepPpm: ppm.exactOptional(),
    from: percent.exactOptional(),
    fromPpm: ppm.exactOptional(),
    factor: z.number().min(1.01).max(1_000).exactOptional(),
    dwell: duration.exactOptional(),
    dwellMs: durationMs.exactOptional(),
    minUnits: stageShape.minUnits.exactOptional(),
  }),
]);

/** A plan as people write it: a flag and a treatment are enough. `docs/rollouts.md` tells every field. */
export const writtenPlanSchema = z
  .strictObject({
    flag: key.exactOptional(),
    flagKey: key.exactOptional(),
    rule: key.exactOptional().describe('The id of the rule that the rollout owns; fallthrough when absent.'),
    treatment: key,
    control: key.exactOptional().describe('What the rule serves to everybody now, when absent.'),
    unit: z.string().min(1).max(256).exactOptional(),
    preset: presetSchema.exactOptional(),
    stages: z.array(writtenStageSchema).min(1).max(STAGES_MAX).exactOptional(),
    maxTreatment: percent.exactOptional(),
    maxTreatmentPpm: ppm.exactOptional(),
    caps: z
      .array(
        z.strictObject({
          condition: whomSchema,
          maxTreatment: percent.exactOptional(),
          maxTreatmentPpm: capPpm.exactOptional(),
        }),
      )
      .min(1)
      .max(CAPS_MAX)
      .exactOptional()
      .describe('Who gets less than the others: the share of a stage, or 0%.'),
    bake: duration.exactOptional(),
    bakeMs: durationMs.exactOptional(),
    alpha: z.number().positive().max(0.5).exactOptional(),
    guards: z.array(writtenGuardSchema).min(1).max(GUARDS_MAX).exactOptional(),
    noData: duration.exactOptional(),
    noDataMs: durationMs.min(1_000).exactOptional(),
    confirm: duration.exactOptional(),
    confirmMs: z.int().min(1_000).max(600_000).exactOptional(),
    controlSample: percent.exactOptional(),
    controlSamplePpm: ppm.exactOptional(),
    startAt: z.string().max(64).exactOptional().describe('An instant like 2026-03-02T09:00:00Z.'),
    startAtMs: z.int().min(0).exactOptional(),
    windows: z
      .array(
        z.strictObject({
          cron: windowSchema.shape.cron,
          timeZone: windowSchema.shape.timeZone,
          duration: duration.exactOptional(),
          durationMs: durationMs.exactOptional(),
        }),
      )
      .min(1)
      .max(WINDOWS_MAX)
      .exactOptional(),
    maxDuration: z
      .strictObject({ after: duration.exactOptional(), afterMs: wholeMs.exactOptional(), then })
      .exactOptional(),
    gradualRollback: z
      .strictObject({ steps: rollbackSteps, step: duration.exactOptional(), stepMs: durationMs.exactOptional() })
      .exactOptional(),
    health: healthSchemaOf(writtenDeadlineSchema).exactOptional(),
    holdback: z
      .strictObject({
        share: percent.exactOptional(),
        ppm: heldBackPpm.exactOptional(),
        duration: duration.exactOptional(),
        durationMs: durationMs.exactOptional(),
      })
      .exactOptional(),
    after: z.strictObject({ environment: keySchema, deadline: writtenDeadlineSchema.exactOptional() }).exactOptional(),
    gates: writtenGatesSchemaOf(writtenDeadlineSchema, duration).exactOptional(),
    providerGuards: writtenProviderGuardsSchemaOf(writtenDeadlineSchema, duration).exactOptional(),
    traffic: writtenTrafficSchema.exactOptional().describe('Adapters whose weights follow the share.'),
    ...planShape,
  })
  .meta({ id: 'WrittenPlan' }) satisfies z.ZodType<WrittenPlan>;
