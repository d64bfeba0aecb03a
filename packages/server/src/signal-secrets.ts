import * as z from 'zod';
import { findSigningFlaw } from './http-client/sign-webhook.ts';

/** What signs signals, and the only environment whose rollouts they may lower. */
export interface SignalSecret {
  readonly value: string;
  /** `project/environment`. */
  readonly environment: string;
}

/** Every signature is compared with each secret of its environment: a handful of tools, and their successors. */
const SECRETS_PER_ENVIRONMENT_MAX = 10;

/** A secret where its name belongs would be told by every signal, and in every message. */
const nameSchema = z.string().regex(/^(?!whsec_)[A-Za-z0-9_-]{1,64}$/);

const schema = z.record(
  nameSchema,
  z.strictObject({
    value: z.string().refine((value) => findSigningFlaw('', value) === undefined),
    environment: z.string().regex(/^[^/]+\/[^/]+$/),
  }),
);

const FORM = '{"NAME": {"value": "whsec_…", "environment": "PROJECT/ENVIRONMENT"}}, with 24 to 64 bytes in base64';

/** `TIDEGATE_SIGNAL_SECRETS`. Messages about it have nothing of a secret in them. */
export const signalSecretsSchema = z.string().transform((text, context): Readonly<Record<string, SignalSecret>> => {
  const parsed = schema.safeParse(jsonOf(text));
  if (!parsed.success) {
    const where = parsed.error.issues.map(({ path }) => placeOf(path)).join(', ');
    context.addIssue({ code: 'custom', message: `expected ${FORM}: see ${where}` });
    return z.NEVER;
  }
  const environments = Object.values(parsed.data).map(({ environment }) => environment);
  const crowded = environments.find(
    (environment) => environments.filter((other) => other === environment).length > SECRETS_PER_ENVIRONMENT_MAX,
  );
  if (crowded === undefined) return parsed.data;
  const message = `${crowded} has more than ${SECRETS_PER_ENVIRONMENT_MAX} secrets: take out those that nobody signs with`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

function placeOf([name, ...rest]: readonly PropertyKey[]): string {
  if (name === undefined) return 'the JSON';
  return nameSchema.safeParse(name).success ? [name, ...rest].join('.') : 'a name that is none';
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
