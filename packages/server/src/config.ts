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
}

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
  };
}
