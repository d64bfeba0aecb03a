import type { Gate } from '@tidegate/analysis';
import * as z from 'zod';
import { keySchema } from './key.ts';

/** Gates of one plan: whoever asks more people than this before a step asks nobody. */
const GATES_MAX = 20;
/** More often than the controller looks would ask no sooner. */
const EVERY_MS = { min: 1_000, max: 86_400_000 };
const TIMEOUT_MS = { min: 100, max: 60_000 };

const gateShape = {
  name: keySchema.max(64),
  before: z.enum(['start', 'advance', 'last-stage', 'success']),
  url: z
    .url({ protocol: /^https?$/, abort: true })
    .max(2_000)
    .regex(/^https?:\/\/[^/?#@\s\\]+([/?][^#\s\\]*)?$/i, 'an address has no user, password or fragment')
    .describe('What is asked by POST. Everybody who may read the plan reads it: no secret belongs in it.'),
  secret: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .describe('The name of the secret that signs, as TIDEGATE_SECRETS has it.'),
};
const everyMs = z.int().min(EVERY_MS.min).max(EVERY_MS.max);
const timeoutMs = z.int().min(TIMEOUT_MS.min).max(TIMEOUT_MS.max);

/** The gates of a plan that says everything. */
export function gatesSchemaOf<D extends z.ZodType<Gate['deadline']>>(deadline: D) {
  return z
    .array(z.strictObject({ ...gateShape, everyMs, timeoutMs, deadline }))
    .min(1)
    .max(GATES_MAX);
}

/** As people write them. */
export function writtenGatesSchemaOf<D extends z.ZodType>(deadline: D, duration: z.ZodString) {
  const gate = z.strictObject({
    ...gateShape,
    every: duration.exactOptional(),
    everyMs: everyMs.exactOptional(),
    timeout: duration.exactOptional(),
    timeoutMs: timeoutMs.exactOptional(),
    deadline: deadline.exactOptional(),
  });
  return z.array(gate).min(1).max(GATES_MAX);
}
