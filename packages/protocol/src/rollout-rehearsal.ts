import type { Actor, RolloutPlan } from '@tidegate/analysis';
import type { Drill, GivenTraffic, Quantiles, Simulation, TrafficSource } from '@tidegate/analysis/rehearsal';
import * as z from 'zod';
import { actorSchema } from './change.ts';
import { instantMsSchema } from './key.ts';
import { GUARDS_MAX, rolloutPlanSchema, writtenPlanSchema } from './rollout-plan.ts';
import { rolloutViewSchema } from './rollout-view.ts';

/** What would become of a plan, and where each number comes from that this counts on. */
export interface SimulationView extends Simulation {
  readonly plan: RolloutPlan;
  readonly seed: number;
  readonly traffic: readonly TrafficSource[];
}

/** What would become of a rollout that runs, if a guard's metric went wrong now. Nothing of it was touched. */
export interface DrillView extends Drill {
  readonly rolloutId: string;
  readonly seed: number;
  /** The share of treatment that the copy began with. */
  readonly treatmentPpm: number;
  readonly traffic: readonly TrafficSource[];
  /** Who would hear of the kill: SDKs, and by name the channels of the environment and the hooks of the plan. */
  readonly told: { readonly connectedSdks: number; readonly notificationTargets: readonly string[] };
}

/** A drill that somebody held, and what it showed then. */
export interface DrillRecord {
  readonly atMs: number;
  readonly by: Actor;
  readonly drill: DrillView;
}

/** Runs that anybody asks for: the share of killed ones is then known to within four percent. */
const RUNS_MAX = 500;
/** Guards and sizes of harm of one simulation: each pair of them is a whole set of runs. */
const HARMED_MAX = 4;
const SEVERITIES_MAX = 4;

const name = z.string().min(1).max(128);
const severity = z
  .number()
  .min(1)
  .max(1_000)
  .describe('How many times as bad: 2 is twice the errors, or half the sales.');
const runs = z.int().min(1).max(RUNS_MAX);
const seed = z.int().min(0).max(0x7fff_ffff);

const givenTrafficSchema = z
  .strictObject({
    unitsPerMinute: z.number().positive().max(1e9).exactOptional().describe('New units, both arms together.'),
    rates: z
      .record(name, z.number().positive().max(1e12))
      .refine((rates) => Object.keys(rates).length <= GUARDS_MAX, `at most ${GUARDS_MAX} rates`)
      .exactOptional()
      .describe('What each metric is in control, by its guard: the share of units that count, or the mean.'),
  })
  .describe('What is not said is taken from what rollouts of the flag measured.') satisfies z.ZodType<GivenTraffic>;

export const simulateRequestSchema = z.strictObject({
  plan: writtenPlanSchema,
  traffic: givenTrafficSchema.exactOptional(),
  severities: z.array(severity).max(SEVERITIES_MAX).exactOptional(),
  guards: z
    .array(name)
    .max(HARMED_MAX)
    .exactOptional()
    .describe('Which are harmed, one at a time; the first that decides when absent.'),
  runs: runs.exactOptional(),
  seed: seed.exactOptional(),
});

export const drillRequestSchema = z.strictObject({
  guard: name,
  severity,
  traffic: givenTrafficSchema.exactOptional(),
  runs: runs.exactOptional(),
  seed: seed.exactOptional(),
});

const quantilesSchema = z.strictObject({
  median: z.number().nullable(),
  p90: z.number().nullable(),
}) satisfies z.ZodType<Quantiles>;

const sourceSchema = z.strictObject({
  of: z.string(),
  origin: z.enum(['measured', 'given', 'assumed']),
  value: z.number().nullable(),
  rolloutId: z.string().exactOptional(),
}) satisfies z.ZodType<TrafficSource>;

const count = z.int().min(0);
const byHoldSchema = z.array(z.strictObject({ by: z.string(), runs: count }));

export const simulationViewSchema = z
  .strictObject({
    plan: rolloutPlanSchema,
    seed,
    traffic: z.array(sourceSchema),
    runs: count,
    alpha: z.number(),
    healthy: z.strictObject({
      falseKills: count,
      rolledBack: count,
      unfinished: count,
      minutesToFull: quantilesSchema,
      stages: z.array(
        z.strictObject({
          stageIndex: count,
          treatmentPpm: z.int(),
          reached: count,
          left: byHoldSchema,
          killed: count,
          stuck: byHoldSchema,
          smallestHarm: z.record(z.string(), z.number().nullable()),
        }),
      ),
    }),
    harms: z.array(
      z.strictObject({
        metric: z.string(),
        severity: z.number(),
        ratio: z.number(),
        killed: count,
        treatedUnits: quantilesSchema,
        minutesToKill: quantilesSchema,
      }),
    ),
  })
  .meta({ id: 'Simulation' });

export const drillViewSchema = z
  .strictObject({
    rolloutId: z.string(),
    seed,
    treatmentPpm: rolloutViewSchema.shape.treatmentPpm,
    traffic: z.array(sourceSchema),
    told: z.strictObject({ connectedSdks: count, notificationTargets: z.array(z.string()) }),
    runs: count,
    metric: z.string(),
    severity: z.number(),
    ratio: z.number(),
    killed: count,
    ticksToKill: quantilesSchema,
    minutesToKill: quantilesSchema,
    treatedUnits: quantilesSchema,
    decision: z.looseObject({ kind: z.string(), reason: z.string() }).nullable(),
  })
  .meta({ id: 'Drill' });

export const drillRecordSchema = z
  .strictObject({ atMs: instantMsSchema, by: actorSchema, drill: drillViewSchema })
  .meta({ id: 'DrillRecord' });
