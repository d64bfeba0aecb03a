import { hostname } from 'node:os';
import * as z from 'zod';
import { type OutboundSecret, outboundSecretsSchema } from './outbound-secrets.ts';
import { type SignalSecret, signalSecretsSchema } from './signal-secrets.ts';

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
  /** By environment, `project/environment`. */
  readonly traffic: ReadonlyMap<string, TrafficConfig>;
  /** What signs signals, by name. */
  readonly signalSecrets: ReadonlyMap<string, SignalSecret>;
}

/** What adapters of an environment may reach and write, whatever their documents say. */
export interface TrafficConfig {
  /** Runtime APIs of HAProxy: `host:port`, or the path of a socket. */
  readonly haproxy: readonly string[];
  readonly nginx: Readonly<Record<string, NginxSite>>;
  /** The folder for documents of meshes; none are written without it. */
  readonly manifests?: string;
}

export interface NginxSite {
  /** What nginx includes: the one file that is written. */
  readonly file: string;
  readonly reload: NginxReload;
  /** Where nginx answers with the share that it has. */
  readonly status?: string;
}

export type NginxReload = { readonly command: readonly [string, ...string[]] } | { readonly pidFile: string };

const absolutePath = z.string().startsWith('/');

const trafficSchema = z.record(
  z.string().regex(/^[^/]+\/[^/]+$/, 'expected project/environment'),
  z.strictObject({
    haproxy: z.array(z.string().min(1)).default([]),
    nginx: z
      .record(
        // A part of the names of nginx's variables.
        z.string().regex(/^[a-z][a-z0-9_]{0,31}$/),
        z.strictObject({
          file: absolutePath,
          reload: z.union([
            z.strictObject({ command: z.tuple([absolutePath], z.string()) }),
            z.strictObject({ pidFile: absolutePath }),
          ]),
          status: z.url({ protocol: /^https?$/ }).exactOptional(),
        }),
      )
      .default({}),
    manifests: absolutePath.exactOptional(),
  }),
);

const trafficTextSchema = z.string().transform((text, context) => {
  try {
    return trafficSchema.parse(JSON.parse(text));
  } catch (error) {
    const detail = error instanceof z.ZodError ? z.prettifyError(error) : 'it is no JSON';
    context.addIssue({ code: 'custom', message: `expected {"PROJECT/ENVIRONMENT": {"haproxy": […], …}}: ${detail}` });
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
  TIDEGATE_SECRETS: outboundSecretsSchema.default({}),
  TIDEGATE_TRAFFIC: trafficTextSchema.default({}),
  TIDEGATE_SIGNAL_SECRETS: signalSecretsSchema.default({}),
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
    traffic: new Map(Object.entries(values.TIDEGATE_TRAFFIC)),
    signalSecrets: new Map(Object.entries(values.TIDEGATE_SIGNAL_SECRETS)),
  };
}
