import type { RolloutPlan } from '@tidegate/analysis';
import type { LintWarning, Traffic } from '@tidegate/analysis/plans';
import * as z from 'zod';
import { instantMsSchema } from './key.ts';
import { type ProblemCode, problemSchema } from './problems.ts';
import { GUARDS_MAX, rolloutPlanSchema, writtenPlanSchema } from './rollout-plan.ts';

/** What the server thinks of a plan that nobody has started. */
export interface LintView {
  /** With everything said that was left unsaid; null when that cannot be known. */
  readonly plan: RolloutPlan | null;
  /** What keeps it from being started. */
  readonly refusals: readonly { readonly code: ProblemCode; readonly pointer: string; readonly detail: string }[];
  /** What does not, and may be regretted. */
  readonly warnings: readonly (Omit<LintWarning, 'path'> & { readonly pointer: string })[];
  /** The next windows in which shares may rise, of a plan that has any; those that overlap stand each by itself. */
  readonly windows: readonly { readonly opensAtMs: number; readonly closesAtMs: number }[];
}

const trafficSchema = z.strictObject({
  unitsPerDay: z.number().min(0).max(1e12),
  rates: z
    .record(z.string().min(1).max(128), z.number().positive().max(1))
    .refine((rates) => Object.keys(rates).length <= GUARDS_MAX, `at most ${GUARDS_MAX} rates`)
    .exactOptional()
    .describe('Share of units in control that count for a guard, by its name.'),
}) satisfies z.ZodType<Traffic>;

export const lintRequestSchema = z.strictObject({
  plan: writtenPlanSchema,
  traffic: trafficSchema
    .exactOptional()
    .describe(
      "What is to come. When absent, the flag's evaluations of the last days stand for units, which are fewer.",
    ),
});

export const lintViewSchema = z
  .strictObject({
    plan: rolloutPlanSchema.nullable(),
    refusals: z.array(z.strictObject({ code: problemSchema.shape.code, pointer: z.string(), detail: z.string() })),
    warnings: z.array(
      z.strictObject({
        id: z.string(),
        sentence: z.string(),
        why: z.string(),
        source: z.string(),
        pointer: z.string(),
        detail: z.string(),
      }),
    ),
    windows: z.array(z.strictObject({ opensAtMs: instantMsSchema, closesAtMs: instantMsSchema })),
  })
  .meta({ id: 'Lint' });
