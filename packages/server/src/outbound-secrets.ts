import * as z from 'zod';
import { secretsText } from './secrets-text.ts';

/** A credential for somebody else's server: the only host that it is sent to, and who may have it sent. */
export interface OutboundSecret {
  readonly value: string;
  readonly host: string;
  /** `project/environment`, or `project/*` for all of a project. Absent: every environment of the server. */
  readonly environments?: readonly string[];
}

/** What fits into one header of HTTP. */
const HEADER_SAFE = /^[\x21-\x7e]{1,4096}$/;

const secretSchema = z.strictObject({
  value: z.string().regex(HEADER_SAFE),
  host: z.string().min(1).toLowerCase(),
  environments: z
    .array(z.string().regex(/^[^/*]+\/([^/*]+|\*)$/))
    .min(1)
    .exactOptional(),
});

const FORM =
  '{"NAME": {"value": "…", "host": "metrics.example.com", "environments": ["PROJECT/ENVIRONMENT", "PROJECT/*"]}}, with values of visible ASCII, and environments where not all may use it';

/** `TIDEGATE_SECRETS`. */
export const outboundSecretsSchema = secretsText(secretSchema, FORM);

/** Whether documents of an environment may name the secret. */
export function isUsableIn({ environments }: OutboundSecret, environment: string): boolean {
  const [project] = environment.split('/');
  return environments === undefined || environments.includes(environment) || environments.includes(`${project}/*`);
}
