import type {
  Actor,
  Confirmation,
  Decision,
  DecisionInput,
  EvidenceSummary,
  Guard,
  RolloutAssessment,
  RolloutPlan,
  RolloutStage,
  RolloutState,
} from '@tidegate/analysis';
import * as z from 'zod';
import { reasonSchema } from './key.ts';

/** Stages of one rollout; more would be finer than any evidence. */
export const STAGES_MAX = 50;
/** Guards of one rollout: each costs log(guards) nats of delay when the harm shows in one alone. */
export const GUARDS_MAX = 50;
/** A stage or bake may last 90 days: longer is a targeting rule, not a rollout. */
const STAGE_DURATION_MAX_MS = 90 * 86_400_000;

const key = z.string().min(1).max(128);
const durationMs = z.int().min(0).max(STAGE_DURATION_MAX_MS);
const ppm = z.int().min(1).max(1_000_000);

const rolloutStageSchema = z.strictObject({
  treatmentPpm: ppm,
  dwellMs: durationMs.default(600_000),
  minUnits: z.int().min(1).max(1_000_000_000).default(100),
  safeRatio: z.number().positive().max(100).exactOptional(),
}) satisfies z.ZodType<RolloutStage>;

const guardSchema = z.strictObject({
  metric: key,
  weight: z.number().positive().max(1_000).default(1),
}) satisfies z.ZodType<Guard>;

const defaultStages: RolloutStage[] = [10_000, 50_000, 250_000, 500_000, 1_000_000].map((treatmentPpm) => ({
  treatmentPpm,
  dwellMs: 600_000,
  minUnits: 100,
}));

/** A plan as operators write it: only flag, treatment and control are needed. */
export const rolloutPlanSchema = z.strictObject({
  flagKey: key,
  rule: key.default('fallthrough'),
  treatment: key,
  control: key,
  unit: z.string().min(1).max(256).default('targetingKey'),
  stages: z.array(rolloutStageSchema).min(1).max(STAGES_MAX).default(defaultStages),
  bakeMs: durationMs.default(600_000),
  alpha: z.number().min(0.0001).max(0.5).default(0.05),
  guards: z
    .array(guardSchema)
    .min(1)
    .max(GUARDS_MAX)
    .default([{ metric: 'run-errors', weight: 1 }]),
  noDataMs: durationMs.min(1_000).default(900_000),
  confirmMs: z.int().min(1_000).max(600_000).default(10_000),
  controlSamplePpm: ppm.exactOptional(),
  startAtMs: z.int().min(0).exactOptional(),
}) satisfies z.ZodType<RolloutPlan>;

/** What the API tells of a rollout: where it stands, what the evidence says, who has what it last published. */
export interface RolloutView {
  readonly id: string;
  readonly environment: string;
  readonly flagKey: string;
  readonly rule: string;
  readonly plan: RolloutPlan;
  readonly state: RolloutState;
  readonly active: boolean;
  /** The stage that it is in, stopped at, or ended with; null when it never began. */
  readonly stageIndex: number | null;
  /** The share that the owned rule gives to treatment now. */
  readonly treatmentPpm: number;
  /** Computed for this answer from the evidence as it is now. */
  readonly assessment: RolloutAssessment;
  readonly evidence: EvidenceSummary;
  /** Connected SDKs, and how many of them answer from what the rollout last published; null before it published. */
  readonly confirmation: (Confirmation & { readonly revision: number }) | null;
  readonly version: number;
  readonly createdAtMs: number;
  readonly createdBy: Actor;
  readonly updatedAtMs: number;
}

/** One entry of a rollout's log: what was decided, and everything it was decided from. */
export interface DecisionView {
  readonly rolloutId: string;
  readonly sequence: number;
  readonly kind: Decision['kind'];
  readonly reason: string;
  readonly atMs: number;
  /** The revision of the flag's change; null when the decision changed no flag. */
  readonly revision: number | null;
  readonly decision: Decision;
  readonly input: DecisionInput;
}

/** Body of pause, resume, promote and abort. */
export const rolloutCommandSchema = z.strictObject({
  reason: reasonSchema.default(''),
  /** When given, the command is refused (412) unless the rollout still has this version. */
  expectedVersion: z.int().min(1).exactOptional(),
});
