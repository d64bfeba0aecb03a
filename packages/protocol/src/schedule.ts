import type { Actor } from '@tidegate/analysis';
import type { JsonValue } from '@tidegate/evaluation';
import * as z from 'zod';
import { actorSchema } from './change.ts';
import { flagPatchSchema } from './flag-document.ts';
import { jsonValueSchema } from './json.ts';
import { instantMsSchema, keySchema, reasonSchema, revisionSchema } from './key.ts';
import { pageQuerySchema } from './page.ts';
import { type ProblemCode, problemSchema } from './problems.ts';

/** Pending changes of one flag. More is a plan that belongs into a rollout, or into a program. */
export const PENDING_SCHEDULES_MAX = 20;
/** A year and a day. Nobody remembers longer what they ordered. */
export const SCHEDULE_HORIZON_MS = 366 * 86_400_000;

/**
 * What became of a scheduled change.
 *
 *     pending ─▶ applied    its time came, and every check of a PATCH let it through
 *        │  └──▶ refused    its time came, and what it met did not take it: `code` and `detail` of the problem
 *        └─────▶ cancelled  somebody took it back
 */
export type ScheduleState =
  | { readonly kind: 'pending' }
  | { readonly kind: 'applied'; readonly settledAtMs: number }
  | { readonly kind: 'refused'; readonly settledAtMs: number; readonly code: ProblemCode; readonly detail: string }
  | { readonly kind: 'cancelled'; readonly settledAtMs: number; readonly by: Actor; readonly reason: string };

/** A change of one flag that an operator ordered for an instant. */
export interface ScheduleView {
  readonly id: string;
  readonly flagKey: string;
  /** When it is to happen, by the server's clock. Late when the server was down, never early. */
  readonly atMs: number;
  /** The merge patch (RFC 7396) that the flag is given: what it meets is the flag as it is then. */
  readonly patch: { readonly [member: string]: JsonValue };
  readonly reason: string;
  readonly createdAtMs: number;
  readonly createdBy: Actor;
  /** Where the environment stood when it was ordered; a kill after it keeps it from being applied. */
  readonly madeAtRevision: number;
  readonly state: ScheduleState;
  /** The revision that it made; null when it made none, also where the flag was so already. */
  readonly revision: number | null;
}

export const newScheduleSchema = z
  .strictObject({ atMs: z.int().min(0), patch: flagPatchSchema, reason: reasonSchema.default('') })
  .meta({ id: 'NewSchedule' });

export type NewSchedule = z.output<typeof newScheduleSchema>;

export const schedulesQuerySchema = z.strictObject({
  ...pageQuerySchema.shape,
  pending: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .exactOptional()
    .describe('Only those that wait, or only those that were settled.'),
});

const scheduleStateSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('pending') }),
    z.strictObject({ kind: z.literal('applied'), settledAtMs: instantMsSchema }),
    z.strictObject({
      kind: z.literal('refused'),
      settledAtMs: instantMsSchema,
      code: problemSchema.shape.code,
      detail: z.string(),
    }),
    z.strictObject({
      kind: z.literal('cancelled'),
      settledAtMs: instantMsSchema,
      by: actorSchema,
      reason: reasonSchema,
    }),
  ])
  .meta({ id: 'ScheduleState' }) satisfies z.ZodType<ScheduleState>;

export const scheduleViewSchema = z
  .strictObject({
    id: z.string(),
    flagKey: keySchema,
    atMs: instantMsSchema,
    patch: z.record(z.string(), jsonValueSchema),
    reason: reasonSchema,
    createdAtMs: instantMsSchema,
    createdBy: actorSchema,
    madeAtRevision: revisionSchema,
    state: scheduleStateSchema,
    revision: revisionSchema.nullable(),
  })
  .meta({ id: 'Schedule' }) satisfies z.ZodType<ScheduleView>;
