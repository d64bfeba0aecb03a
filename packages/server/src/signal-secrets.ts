import * as z from 'zod';
import { findSigningFlaw } from './http-client/sign-webhook.ts';
import { secretsText } from './secrets-text.ts';

/** What signs signals, and the only environment whose rollouts they may lower. */
export interface SignalSecret {
  readonly value: string;
  /** `project/environment`. */
  readonly environment: string;
}

/** Every signature is compared with each secret of its environment: a handful of tools, and their successors. */
const SECRETS_PER_ENVIRONMENT_MAX = 10;

const secretSchema = z.strictObject({
  value: z.string().refine((value) => findSigningFlaw('', value) === undefined),
  environment: z.string().regex(/^[^/]+\/[^/]+$/),
});

const FORM = '{"NAME": {"value": "whsec_…", "environment": "PROJECT/ENVIRONMENT"}}, with 24 to 64 bytes in base64';

/** `TIDEGATE_SIGNAL_SECRETS`. */
export const signalSecretsSchema = secretsText(secretSchema, FORM).superRefine((secrets, context) => {
  const environments = Object.values(secrets).map(({ environment }) => environment);
  const crowded = environments.find(
    (environment) => environments.filter((other) => other === environment).length > SECRETS_PER_ENVIRONMENT_MAX,
  );
  if (crowded === undefined) return;
  const message = `${crowded} has more than ${SECRETS_PER_ENVIRONMENT_MAX} secrets: take out those that nobody signs with`;
  context.addIssue({ code: 'custom', message });
});
