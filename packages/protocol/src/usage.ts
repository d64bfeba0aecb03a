import * as z from 'zod';
import { instantMsSchema, keySchema } from './key.ts';
import { documentsQuerySchema } from './page.ts';

/** Days of which the counts are kept; the first and last instant of each variation are kept for good. */
export const USAGE_DAYS_MAX = 30;
/** How long nothing may happen to a flag before it is called stale, when nobody says otherwise. */
export const STALE_DAYS_DEFAULT = 30;
/** Longer than any flag should be forgotten. */
const STALE_DAYS_MAX = 366;

/** How often one variation of a flag was served, as SDKs counted it, by the server's clock. */
export interface VariationUsage {
  /** Also `$missing`: asked for and not there; and `$default`: the caller's own default, because the flag says so. */
  readonly variation: string;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** The days (UTC) of the last `USAGE_DAYS_MAX` on which it was, oldest first. */
  readonly days: readonly { readonly date: string; readonly count: number }[];
}

/** Who asked. What came under a browser key can be forged. */
export interface SdkUsage {
  readonly name: string;
  readonly version: string;
  readonly keyKind: 'server' | 'browser';
  readonly lastAtMs: number;
  /** When it last asked and the flag was not there; null when that was never so. */
  readonly lastMissingAtMs: number | null;
}

export interface FlagUsageView {
  readonly flagKey: string;
  readonly variations: readonly VariationUsage[];
  readonly sdks: readonly SdkUsage[];
}

/** Why a flag should be looked at, with what shows it. */
export type StaleFinding =
  /** Its `expiresAtMs` is over. */
  | { readonly criterion: 'expired'; readonly expiresAtMs: number }
  /** It is temporary, and its last rollout has ended. */
  | {
      readonly criterion: 'rollout-over';
      readonly rolloutId: string;
      readonly ended: 'succeeded' | 'rolledBack' | 'cancelled';
      readonly endedAtMs: number;
    }
  /** Nobody asked for it; null when nobody ever did since evaluations are counted. */
  | { readonly criterion: 'not-evaluated'; readonly lastAtMs: number | null; readonly countedSinceAtMs: number }
  /** Everybody got one variation, and the flag was not changed. */
  | { readonly criterion: 'one-variation'; readonly variation: string; readonly unchangedSinceAtMs: number }
  /** It is archived, and applications still ask for it. */
  | {
      readonly criterion: 'archived-in-use';
      readonly archivedAtMs: number;
      readonly lastAtMs: number;
      readonly sdks: readonly SdkUsage[];
    };

export interface StaleFlag {
  readonly flagKey: string;
  readonly owner?: string;
  readonly temporary: boolean;
  readonly archived: boolean;
  readonly updatedAtMs: number;
  readonly findings: readonly StaleFinding[];
}

export const staleFlagsQuerySchema = z.strictObject({
  limit: documentsQuerySchema.shape.limit.describe('Flags looked at for one page; those that are stale are its items.'),
  after: documentsQuerySchema.shape.after,
  days: z
    .string()
    .regex(/^\d{1,3}$/, 'expected a number of days')
    .transform(Number)
    .pipe(z.int().min(1).max(STALE_DAYS_MAX))
    .default(STALE_DAYS_DEFAULT)
    .describe('How long nothing may have happened.'),
});

const sdkUsageSchema = z
  .strictObject({
    name: z.string(),
    version: z.string(),
    keyKind: z.enum(['server', 'browser']),
    lastAtMs: instantMsSchema,
    lastMissingAtMs: instantMsSchema.nullable(),
  })
  .meta({ id: 'SdkUsage' }) satisfies z.ZodType<SdkUsage>;

export const flagUsageViewSchema = z
  .strictObject({
    flagKey: keySchema,
    variations: z.array(
      z.strictObject({
        variation: z.string(),
        firstAtMs: instantMsSchema,
        lastAtMs: instantMsSchema,
        days: z
          .array(z.strictObject({ date: z.string().describe('As 2026-03-01.'), count: z.int().min(1) }))
          .max(USAGE_DAYS_MAX),
      }) satisfies z.ZodType<VariationUsage>,
    ),
    sdks: z.array(sdkUsageSchema),
  })
  .meta({ id: 'FlagUsage' }) satisfies z.ZodType<FlagUsageView>;

const staleFindingSchema = z
  .discriminatedUnion('criterion', [
    z.strictObject({ criterion: z.literal('expired'), expiresAtMs: instantMsSchema }),
    z.strictObject({
      criterion: z.literal('rollout-over'),
      rolloutId: z.string(),
      ended: z.enum(['succeeded', 'rolledBack', 'cancelled']),
      endedAtMs: instantMsSchema,
    }),
    z.strictObject({
      criterion: z.literal('not-evaluated'),
      lastAtMs: instantMsSchema.nullable(),
      countedSinceAtMs: instantMsSchema,
    }),
    z.strictObject({
      criterion: z.literal('one-variation'),
      variation: z.string(),
      unchangedSinceAtMs: instantMsSchema,
    }),
    z.strictObject({
      criterion: z.literal('archived-in-use'),
      archivedAtMs: instantMsSchema,
      lastAtMs: instantMsSchema,
      sdks: z.array(sdkUsageSchema),
    }),
  ])
  .meta({ id: 'StaleFinding' }) satisfies z.ZodType<StaleFinding>;

export const staleFlagSchema = z
  .strictObject({
    flagKey: keySchema,
    owner: z.string().exactOptional(),
    temporary: z.boolean(),
    archived: z.boolean(),
    updatedAtMs: instantMsSchema,
    findings: z.array(staleFindingSchema).min(1),
  })
  .meta({ id: 'StaleFlag' }) satisfies z.ZodType<StaleFlag>;
