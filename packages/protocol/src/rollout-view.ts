import type {
  ActiveState,
  GuardAssessment,
  Hold,
  KillCause,
  RolloutAssessment,
  RolloutState,
} from '@tidegate/analysis';
import * as z from 'zod';
import { actorSchema } from './change.ts';
import { armCountsSchema, evidenceSchema } from './evidence-view.ts';
import { instantMsSchema, keySchema, revisionSchema } from './key.ts';
import type { RolloutView } from './rollout.ts';
import { rolloutPlanSchema } from './rollout-plan.ts';

const stageIndex = z.int().min(0);

const holdSchema = z.strictObject({
  reason: z.enum(['stage-timer', 'min-sample', 'evidence', 'no-data', 'sample-ratio', 'metric-error']),
  detail: z.string(),
  sinceMs: instantMsSchema,
  untilMs: instantMsSchema.nullable(),
}) satisfies z.ZodType<Hold>;

const killCauseSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('harm'),
    metric: z.string(),
    logEvidence: z.number(),
    logThreshold: z.number(),
  }),
  z.strictObject({ kind: z.literal('command'), by: actorSchema, reason: z.string() }),
]) satisfies z.ZodType<KillCause>;

const activeStateSchema = z.strictObject({
  kind: z.enum(['progressing', 'baking']),
  stageIndex,
  stageEnteredAtMs: instantMsSchema,
  holds: z.array(holdSchema),
}) satisfies z.ZodType<ActiveState>;

export const rolloutStateSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('scheduled'), startAtMs: instantMsSchema }),
    activeStateSchema,
    z.strictObject({
      kind: z.literal('paused'),
      resume: activeStateSchema,
      pausedAtMs: instantMsSchema,
      by: actorSchema,
    }),
    z.strictObject({
      kind: z.literal('aborting'),
      fromStageIndex: stageIndex,
      cause: killCauseSchema,
      abortedAtMs: instantMsSchema,
      revision: revisionSchema.nullable(),
    }),
    z.strictObject({ kind: z.literal('succeeded'), atMs: instantMsSchema }),
    z.strictObject({
      kind: z.literal('rolledBack'),
      fromStageIndex: stageIndex,
      cause: killCauseSchema,
      atMs: instantMsSchema,
      revision: revisionSchema,
      confirmedCount: z.int().min(0),
      connectedCount: z.int().min(0),
    }),
    z.strictObject({ kind: z.literal('cancelled'), atMs: instantMsSchema, by: actorSchema }),
  ])
  .meta({ id: 'RolloutState' }) satisfies z.ZodType<RolloutState>;

const guardAssessmentSchema = z.strictObject({
  metric: z.string(),
  verdict: z.enum(['failed', 'error', 'inconclusive', 'no_data', 'running', 'safe']),
  units: armCountsSchema,
  events: armCountsSchema,
  ratio: z.number().nullable(),
  ratioInterval: z.strictObject({ low: z.number().nullable(), high: z.number().nullable() }),
  logEvidence: z.number(),
  logSafety: z.number().nullable(),
  weight: z.number(),
  outlook: z.string(),
}) satisfies z.ZodType<GuardAssessment>;

const assessmentSchema = z
  .strictObject({
    guards: z.array(guardAssessmentSchema),
    sampleRatio: z.strictObject({
      verdict: z.enum(['failed', 'running', 'no_data']),
      logEvidence: z.number(),
      logThreshold: z.number(),
      oddsRatio: z.number().nullable(),
    }),
    logEvidence: z.number(),
    logThreshold: z.number(),
    verdict: guardAssessmentSchema.shape.verdict,
    browserShare: z.number(),
  })
  .meta({ id: 'RolloutAssessment' }) satisfies z.ZodType<RolloutAssessment>;

export const rolloutViewSchema = z
  .strictObject({
    id: z.string(),
    environment: z.string(),
    flagKey: keySchema,
    rule: keySchema,
    plan: rolloutPlanSchema,
    state: rolloutStateSchema,
    active: z.boolean(),
    stageIndex: stageIndex.nullable(),
    treatmentPpm: z.int(),
    assessment: assessmentSchema,
    evidence: evidenceSchema,
    confirmation: z
      .strictObject({ connectedCount: z.int(), confirmedCount: z.int(), revision: revisionSchema })
      .nullable(),
    version: z.int().min(1),
    createdAtMs: instantMsSchema,
    createdBy: actorSchema,
    updatedAtMs: instantMsSchema,
  })
  .meta({ id: 'Rollout' }) satisfies z.ZodType<RolloutView>;
