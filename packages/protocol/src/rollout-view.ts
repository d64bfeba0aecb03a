import type {
  Acceptance,
  Approval,
  GuardAssessment,
  Hold,
  KillCause,
  Lowering,
  RolloutAssessment,
  RolloutScore,
  RolloutState,
  SdkHealth,
} from '@tidegate/analysis';
import * as z from 'zod';
import { actorSchema } from './change.ts';
import { armCountsSchema, evidenceSchema } from './evidence-view.ts';
import { instantMsSchema, keySchema, revisionSchema } from './key.ts';
import { measurementViewSchema } from './measurement.ts';
import type { RolloutView } from './rollout.ts';
import { rolloutPlanSchema } from './rollout-plan.ts';
import { rolloutTrafficSchema } from './traffic-adapter.ts';

const stageIndex = z.int().min(0);

const holdReasonSchema = z.enum([
  'stage-timer',
  'min-sample',
  'evidence',
  'window',
  'freeze',
  'approval',
  'no-data',
  'no-outcomes',
  'metric-error',
  'sample-ratio',
  'crossover',
  'inconclusive',
  'limit',
  'dependency',
  'ack-pending',
  'experiment',
  'marginal',
  'lost-events',
  'open-breakers',
  'measurement',
  'gate',
  'traffic',
  'drift',
]);

const holdSchema = z.strictObject({
  reason: holdReasonSchema,
  source: z.string(),
  detail: z.string(),
  said: z
    .enum([
      'open',
      'closed',
      'unasked',
      'failed',
      'error',
      'inconclusive',
      'no_data',
      'pending',
      'running',
      'successful',
    ])
    .exactOptional()
    .describe('What the last answer of a gate or a provider comes to.'),
  sinceMs: instantMsSchema,
  untilMs: instantMsSchema.nullable(),
  outcome: z.enum(['ends', 'abort', 'continue', 'hold']),
  releasedBy: z.enum([
    'time',
    'evidence',
    'sdks',
    'approval',
    'unfreeze',
    'other-rollout',
    'operator',
    'gate',
    'traffic',
  ]),
}) satisfies z.ZodType<Hold>;

const approvalSchema = z.strictObject({
  by: actorSchema,
  role: z.string(),
  atMs: instantMsSchema,
}) satisfies z.ZodType<Approval>;

const acceptanceSchema = z.strictObject({
  reason: holdReasonSchema,
  source: z.string(),
  by: actorSchema,
}) satisfies z.ZodType<Acceptance>;

const loweringSchema = z.strictObject({
  treatmentPpm: z.int(),
  nextAtMs: instantMsSchema,
  stepsLeft: z.int(),
}) satisfies z.ZodType<Lowering>;

const killCauseSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('harm'),
    metric: z.string(),
    logEvidence: z.number(),
    logThreshold: z.number(),
  }),
  z.strictObject({ kind: z.literal('limit'), guard: z.string(), detail: z.string() }),
  z.strictObject({ kind: z.literal('breakers'), openCount: z.int().min(0), instanceCount: z.int().min(0) }),
  z.strictObject({ kind: z.literal('experiment'), metric: z.string(), detail: z.string() }),
  z.strictObject({ kind: z.literal('command'), by: actorSchema, reason: z.string() }),
  z.strictObject({
    kind: z.literal('deadline'),
    hold: holdReasonSchema,
    source: z.string(),
    detail: z.string(),
  }),
]) satisfies z.ZodType<KillCause>;

const stageState = {
  stageIndex,
  stageEnteredAtMs: instantMsSchema,
  holds: z.array(holdSchema),
  startedAtMs: instantMsSchema.exactOptional(),
  approvals: z.array(approvalSchema).exactOptional(),
  accepted: z.array(acceptanceSchema).exactOptional(),
};
const progressingSchema = z.strictObject({ kind: z.literal('progressing'), ...stageState });
const bakingSchema = z.strictObject({ kind: z.literal('baking'), ...stageState });
const activeStateSchema = z.discriminatedUnion('kind', [progressingSchema, bakingSchema]);

export const rolloutStateSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('draft') }),
    z.strictObject({
      kind: z.literal('scheduled'),
      startAtMs: instantMsSchema,
      holds: z.array(holdSchema).exactOptional(),
      approvals: z.array(approvalSchema).exactOptional(),
    }),
    progressingSchema,
    bakingSchema,
    z.strictObject({
      kind: z.literal('paused'),
      resume: activeStateSchema,
      pausedAtMs: instantMsSchema,
      by: actorSchema,
    }),
    z.strictObject({
      kind: z.literal('frozen'),
      resume: activeStateSchema,
      frozenAtMs: instantMsSchema,
      cause: killCauseSchema,
    }),
    z.strictObject({
      kind: z.literal('aborting'),
      fromStageIndex: stageIndex,
      cause: killCauseSchema,
      abortedAtMs: instantMsSchema,
      revision: revisionSchema.nullable(),
      lowering: loweringSchema.exactOptional(),
    }),
    z.strictObject({
      kind: z.literal('heldBack'),
      sinceMs: instantMsSchema,
      untilMs: instantMsSchema,
      holds: z.array(holdSchema).exactOptional(),
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
    z.strictObject({
      kind: z.literal('superseded'),
      fromStageIndex: stageIndex.nullable(),
      atMs: instantMsSchema,
      by: actorSchema,
      replacedBy: z.string().exactOptional(),
    }),
  ])
  .meta({ id: 'RolloutState' }) satisfies z.ZodType<RolloutState>;

const guardAssessmentSchema = z.strictObject({
  metric: z.string(),
  verdict: z.enum(['failed', 'error', 'inconclusive', 'no_data', 'no_control', 'running', 'safe']),
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

const scoreSchema = z.strictObject({
  value: z.number().nullable(),
  groups: z.array(z.strictObject({ group: z.string(), score: z.number().nullable() })),
}) satisfies z.ZodType<RolloutScore>;

const sdkHealthSchema = z.strictObject({
  instanceCount: z.int(),
  openBreakerCount: z.int(),
  eventCount: z.int(),
  lostEventCount: z.int(),
}) satisfies z.ZodType<SdkHealth>;

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
    score: scoreSchema.exactOptional(),
    traffic: z.array(rolloutTrafficSchema).exactOptional(),
    measurements: z.array(measurementViewSchema).exactOptional(),
    sdkHealth: sdkHealthSchema.exactOptional(),
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
