import * as z from 'zod';
import { instantMsSchema, revisionSchema } from './key.ts';

/** An SDK that is connected by stream to the node that answered. */
export interface ConnectionView {
  /** The process or page, as it names itself. */
  readonly instance: string;
  readonly sdk: { readonly name: string; readonly version: string };
  readonly keyKind: 'server' | 'browser';
  /** The revision that it says it answers from; 0 before it has any. */
  readonly appliedRevision: number;
  readonly connectedAtMs: number;
}

export const connectionViewSchema = z
  .strictObject({
    instance: z.string().describe('The process or page, as it names itself.'),
    sdk: z.strictObject({ name: z.string(), version: z.string() }),
    keyKind: z.enum(['server', 'browser']),
    appliedRevision: revisionSchema.describe('The revision that it says it answers from; 0 before it has any.'),
    connectedAtMs: instantMsSchema,
  })
  .meta({ id: 'Connection' }) satisfies z.ZodType<ConnectionView>;
