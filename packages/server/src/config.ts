import { hostname } from 'node:os';
import * as z from 'zod';

/** Everything that can be set from outside. This file is the only reader of the environment. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Where SQLite and the first credentials live. */
  readonly dataDir: string;
  /** PostgreSQL instead of SQLite, when set. */
  readonly databaseUrl: string | null;
  /** Names this process among those that share a PostgreSQL; must survive a restart. */
  readonly node: string;
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  /** How long a stopping server waits for requests and streams. Orchestrators kill after 30 s. */
  readonly shutdownMs: number;
  /** Hosts, or hosts with a port, that the server may call although their addresses are private. */
  readonly outboundAllow: readonly string[];
  /** What documents refer to by `{secret: NAME}`, by name. */
  readonly secrets: ReadonlyMap<string, OutboundSecret>;
}

/** A credential for somebody else's server, and the only host that it is sent to, whatever a document says. */
export interface OutboundSecret {
  readonly value: string;
  readonly host: string;
}

/** What fits into one header of HTTP. */
const HEADER_SAFE = /^[\x21-\x7e]{1,4096}$/;

const secretsSchema = z.record(
  z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  z.strictObject({
    value: z.string().regex(HEADER_SAFE, 'expected visible ASCII, at most 4096 characters'),
    host: z.string().min(1).toLowerCase(),
  }),
);

/** A message about what is not JSON would have a piece of it, and so of a secret. */
const secretsTextSchema = z.string().transform((text, context) => {
  try {
    return secretsSchema.parse(JSON.parse(text));
  } catch (error) {
    const where = error instanceof z.ZodError ? error.issues.map(({ path }) => path.join('.')).join(', ') : 'the JSON';
    const message = `expected {"NAME": {"value": "…", "host": "metrics.example.com"}}: see ${where}`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }
});

const schema = z.object({
  TIDEGATE_HOST: z.string().min(1).default('127.0.0.1'),
  TIDEGATE_PORT: z.coerce.number().int().min(0).max(65_535).default(4280),
  TIDEGATE_DATA_DIR: z.string().min(1).default('./data'),
  TIDEGATE_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  TIDEGATE_NODE: z
    .string()
    .regex(/^[a-zA-Z0-9._-]{1,64}$/)
    .optional(),
  TIDEGATE_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  TIDEGATE_SHUTDOWN_MS: z.coerce.number().int().min(0).max(120_000).default(20_000),
  TIDEGATE_OUTBOUND_ALLOW: z.string().default(''),
  TIDEGATE_SECRETS: secretsTextSchema.default({}),
});

/** Throws one readable error that names every variable that is wrong. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const parsed = schema.safeParse(environment);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The configuration is not valid:\n${lines.join('\n')}`);
  }
  const values = parsed.data;
  return {
    host: values.TIDEGATE_HOST,
    port: values.TIDEGATE_PORT,
    dataDir: values.TIDEGATE_DATA_DIR,
    databaseUrl: values.TIDEGATE_DATABASE_URL ?? null,
    // Two processes of one machine differ in their port, and keep it over a restart.
    node: values.TIDEGATE_NODE ?? `${hostname().replaceAll(/[^a-zA-Z0-9._-]/g, '-')}-${values.TIDEGATE_PORT}`,
    logLevel: values.TIDEGATE_LOG_LEVEL,
    shutdownMs: values.TIDEGATE_SHUTDOWN_MS,
    outboundAllow: values.TIDEGATE_OUTBOUND_ALLOW.split(',')
      .map((host) => host.trim().toLowerCase())
      .filter((host) => host !== ''),
    secrets: new Map(Object.entries(values.TIDEGATE_SECRETS)),
  };
}
