import * as z from 'zod';
import { environmentIdSchema } from './environment.ts';
import { instantMsSchema, nameSchema } from './key.ts';

/**
 * Who may call. Operator keys are for the REST API, with a role: a reader reads, a killer reads and may lower exposure
 * and never raise it, an editor changes flags and rollouts, an admin everything. Server keys (secret) and browser keys
 * (public) are for SDKs of one environment.
 */
export const operatorRoleSchema = z.enum(['reader', 'killer', 'editor', 'admin']);
export type OperatorRole = z.output<typeof operatorRoleSchema>;

export const newAccessKeySchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('operator'),
      name: nameSchema,
      role: operatorRoleSchema,
      environment: environmentIdSchema.nullable().default(null).describe('Null is all environments.'),
    }),
    z.strictObject({ kind: z.enum(['server', 'browser']), name: nameSchema, environment: environmentIdSchema }),
  ])
  .meta({ id: 'NewKey' });

/** Body of exchanging the key that asks. */
export const exchangedKeySchema = z.strictObject({ name: nameSchema }).meta({ id: 'ExchangedKey' });

/** A key as the API shows it: never the key itself. */
export interface AccessKeyView {
  readonly id: string;
  readonly kind: 'operator' | 'server' | 'browser';
  readonly name: string;
  /** The first characters, to recognise it by. */
  readonly hint: string;
  readonly environment: string | null;
  readonly role: OperatorRole | 'sdk';
  readonly createdAtMs: number;
  readonly revokedAtMs: number | null;
}

const accessKeyShape = {
  id: z.string(),
  kind: z.enum(['operator', 'server', 'browser']),
  name: nameSchema,
  hint: z.string().describe('The first characters, to recognise it by.'),
  environment: environmentIdSchema.nullable(),
  role: z.enum([...operatorRoleSchema.options, 'sdk']),
  createdAtMs: instantMsSchema,
  revokedAtMs: instantMsSchema.nullable(),
};

export const accessKeyViewSchema = z
  .strictObject(accessKeyShape)
  .meta({ id: 'Key' }) satisfies z.ZodType<AccessKeyView>;

export const createdAccessKeySchema = z
  .strictObject({ ...accessKeyShape, key: z.string().describe('Shown this once and stored nowhere.') })
  .meta({ id: 'CreatedKey' });
