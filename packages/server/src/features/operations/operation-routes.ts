import { flagFileJsonSchema } from '@tidegate/protocol';
import type { Route } from '../../http/route.ts';
import type { Platform } from '../../platform.ts';
import type { Storage } from '../../storage/storage.ts';
import type { ServerMetrics } from './server-metrics.ts';

/** Probes give up after a second or so, and learn nothing from an answer that comes later. */
const PING_WITHIN_MS = 900;

export interface OperationDeps {
  readonly storage: Storage;
  readonly platform: Pick<Platform, 'after'>;
  readonly metrics: ServerMetrics;
  /** True once the server has begun to stop: load balancers must send nothing new. */
  readonly isDraining: () => boolean;
}

/** What orchestrators and Prometheus ask. `livez` looks at the process alone: a database that is down restarts nobody. */
export function operationRoutes(deps: OperationDeps): Route[] {
  const flagFileSchema = flagFileJsonSchema();
  return [
    {
      method: 'get',
      path: '/livez',
      summary: 'The process answers',
      tag: 'operations',
      access: { kind: 'public' },
      reply: { status: 200, description: 'alive' },
      problems: [],
      handle: async () => ({ status: 200, body: { status: 'alive' } }),
    },
    {
      method: 'get',
      path: '/readyz',
      summary: 'The server can serve: it is not stopping, and its database answers',
      tag: 'operations',
      access: { kind: 'public' },
      reply: { status: 200, description: 'ready; 503 when not' },
      problems: [],
      handle: async () => {
        if (deps.isDraining()) return { status: 503, body: { status: 'stopping' } };
        return (await databaseAnswers(deps))
          ? { status: 200, body: { status: 'ready' } }
          : { status: 503, body: { status: 'the database does not answer' } };
      },
    },
    {
      method: 'get',
      path: '/api/v1/flag-file.schema.json',
      summary: 'What may stand in tidegate.json, as JSON Schema: for editors',
      tag: 'operations',
      access: { kind: 'public' },
      reply: { status: 200, description: 'the schema' },
      problems: [],
      handle: async () => ({ status: 200, body: flagFileSchema }),
    },
    {
      method: 'get',
      path: '/metrics',
      summary: 'Prometheus exposition',
      tag: 'operations',
      access: { kind: 'operator', role: 'reader' },
      reply: { status: 200, description: 'text exposition format' },
      problems: [],
      handle: async () => ({
        status: 200,
        headers: { 'content-type': deps.metrics.registry.contentType },
        body: await deps.metrics.registry.metrics(),
      }),
    },
  ];
}

function databaseAnswers({ storage, platform }: OperationDeps): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = platform.after(PING_WITHIN_MS, () => resolve(false));
    storage
      .ping()
      .then(
        () => resolve(true),
        () => resolve(false),
      )
      .finally(cancel);
  });
}
