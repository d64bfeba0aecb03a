import type { Decision, Recomputation, RolloutCommand } from '@tidegate/analysis';
import * as z from 'zod';
import { actorSchema } from './change.ts';
import { instantMsSchema, reasonSchema } from './key.ts';
import { rolloutCommandSchema } from './rollout.ts';
import { STAGES_MAX } from './rollout-plan.ts';
import { settledServeSchema } from './serve.ts';

const acceptRisk = z.boolean().exactOptional();

/** The body of each command of a rollout. Who gives it, and in which role, is known from the key. */
export const rolloutCommandSchemas = {
  start: rolloutCommandSchema,
  pause: rolloutCommandSchema,
  resume: rolloutCommandSchema,
  /** `full`: to the last stage at once. */
  promote: rolloutCommandSchema.extend({ full: z.boolean().exactOptional() }),
  /** Stages count from 0. Up by more than one only with `acceptRisk`. */
  jump: rolloutCommandSchema.extend({ stageIndex: z.int().min(0).max(STAGES_MAX), acceptRisk }),
  approve: rolloutCommandSchema,
  reject: rolloutCommandSchema,
  /** `gradual`: in steps, as the plan says. */
  abort: rolloutCommandSchema.extend({ gradual: z.boolean().exactOptional() }),
  retry: rolloutCommandSchema.extend({ acceptRisk }),
  undo: rolloutCommandSchema,
  freeze: rolloutCommandSchema,
  unfreeze: rolloutCommandSchema.extend({ acceptRisk }),
  /** The rule serves this from now on. */
  supersede: rolloutCommandSchema.extend({ serve: settledServeSchema }),
} as const satisfies {
  readonly [Kind in RolloutCommand['kind']]: z.ZodType<RolloutCommandBody<Kind>>;
};

/** What a command says beside its kind, and the version of the rollout that it is said of. */
export type RolloutCommandBody<Kind extends RolloutCommand['kind'] = RolloutCommand['kind']> = Omit<
  Extract<RolloutCommand, { kind: Kind }>,
  'kind' | 'by' | 'role' | 'replacedBy'
> & { readonly expectedVersion?: number };

/** Body of freezing an environment: no rollout rises there until then, or until it is unfrozen. */
export const environmentFreezeSchema = z.strictObject({
  untilMs: instantMsSchema.nullable().default(null),
  reason: reasonSchema.default(''),
});

/** Whether an environment is frozen. */
export interface FreezeView {
  readonly freeze: {
    readonly untilMs: number | null;
    readonly reason: string;
    readonly by: z.infer<typeof actorSchema>;
    readonly atMs: number;
  } | null;
}

export const freezeViewSchema = z
  .strictObject({
    freeze: environmentFreezeSchema
      .required()
      .extend({ untilMs: instantMsSchema.nullable(), by: actorSchema, atMs: instantMsSchema })
      .nullable(),
  })
  .meta({ id: 'Freeze' }) satisfies z.ZodType<FreezeView>;

/** A decision, decided again from its stored input. */
export interface DecisionExplanation extends Recomputation {
  readonly sequence: number;
  readonly decision: Decision;
}
