import type { Hook } from '@tidegate/analysis';
import * as z from 'zod';

/** Hooks of one plan; whoever has more machines to tell has something that tells them. */
const HOOKS_MAX = 10;

/** Both as people write them and as the server understands them. */
export const hooksSchema = z
  .array(
    z.strictObject({
      at: z.enum(['pre-rollout', 'post-rollout', 'rollback']),
      url: z
        .url({ protocol: /^https?$/, abort: true })
        .max(2_000)
        .regex(/^https?:\/\/[^/?#@\s\\]+([/?][^#\s\\]*)?$/i, 'an address has no user, password or fragment')
        .describe('What is told by POST. Everybody who may read the plan reads it: no secret belongs in it.'),
      secret: z
        .string()
        .regex(/^[A-Za-z0-9_-]{1,64}$/)
        .describe('The name of the secret that signs, as TIDEGATE_SECRETS has it.'),
    }),
  )
  .min(1)
  .max(HOOKS_MAX) satisfies z.ZodType<readonly Hook[]>;
