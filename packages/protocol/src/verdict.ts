import type { Goal, RolloutState } from '@tidegate/analysis';
import * as z from 'zod';
import { STAGES_MAX } from './rollout-plan.ts';

/** What a verdict is about, as an address and a command line write it: `succeeded`, `healthy`, `rolled-back`, `stage:2`. */
export const goalSchema = z
  .string()
  .max(32)
  .transform((text, context): Goal => {
    if (text === 'succeeded' || text === 'healthy' || text === 'rolled-back') return { kind: text };
    const stage = Number(/^stage[ :]?([1-9]\d?)$/.exec(text)?.[1]);
    if (stage <= STAGES_MAX) return { kind: 'stage', stageIndex: stage - 1 };
    context.addIssue({ code: 'custom', message: 'expected succeeded, healthy, rolled-back or stage:2' });
    return z.NEVER;
  });

// Keys of a record that the compiler holds to be complete are its own literal keys.
const PHASES = Object.keys({
  draft: null,
  scheduled: null,
  progressing: null,
  baking: null,
  paused: null,
  frozen: null,
  aborting: null,
  heldBack: null,
  succeeded: null,
  rolledBack: null,
  cancelled: null,
  superseded: null,
} satisfies Record<RolloutState['kind'], null>) as RolloutState['kind'][];

export const verdictViewSchema = z
  .strictObject({
    verdict: z.enum(['successful', 'failed', 'inconclusive', 'running']),
    value: z.union([z.literal(1), z.literal(0), z.literal(-1)]).describe('1 successful, -1 failed, 0 neither yet.'),
    open: z.boolean().describe('Whether it is successful: whoever asks by POST is answered 200, else 403.'),
    rolloutId: z.string(),
    flagKey: z.string(),
    phase: z.enum(PHASES),
    stageIndex: z.int().min(0).nullable(),
    stageCount: z.int().min(1),
    holds: z.array(z.string()).describe('What holds it, by reason and source.'),
  })
  .meta({ id: 'RolloutVerdict', description: 'Where a rollout stands, for machines that wait for it.' });

export type VerdictView = z.output<typeof verdictViewSchema>;
