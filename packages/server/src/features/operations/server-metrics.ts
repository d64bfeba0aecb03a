import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Storage } from '../../storage/storage.ts';
import type { StreamGateway } from '../../stream/gateway.ts';
import type { Accounting } from '../events/index.ts';

/** What Prometheus reads. Labels are bounded: environments and kinds, never flags or units. */
export interface ServerMetrics {
  readonly registry: Registry;
  readonly batchSeconds: Histogram<'environment'>;
  readonly decisions: Counter<'environment' | 'kind'>;
}

export interface MetricSources {
  readonly gateway: () => StreamGateway;
  readonly accounting: Accounting;
  readonly storage: Pick<Storage, 'findLongestWait'>;
  readonly nowMs: () => number;
}

export function createServerMetrics(sources: MetricSources): ServerMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];

  new Gauge({
    name: 'tidegate_connected_sdks',
    help: 'SDKs connected to this node by stream',
    labelNames: ['environment'] as const,
    registers,
    collect() {
      this.reset();
      for (const { environment, count } of sources.gateway().countByRevision()) this.inc({ environment }, count);
    },
  });
  new Gauge({
    name: 'tidegate_evidence',
    help: 'What the accountant of an environment has counted, by what; only on the node that holds the environment',
    labelNames: ['environment', 'what'] as const,
    registers,
    collect() {
      this.reset();
      for (const environment of sources.accounting.held()) {
        const health = sources.accounting.holding(environment)?.accountant.health() ?? {};
        for (const [what, value] of Object.entries(health)) {
          if (typeof value === 'number') this.set({ environment, what }, value);
        }
      }
    },
  });
  new Gauge({
    name: 'tidegate_outbox_oldest_seconds',
    help: 'For how long the oldest notice of an environment waits to be sent; only on the node that sends it',
    labelNames: ['environment'] as const,
    registers,
    async collect() {
      const environments = sources.accounting.held();
      // A database that is away tells nothing, and must not take the other metrics with it.
      const waits = await Promise.all(environments.map((one) => sources.storage.findLongestWait(one))).catch(() => []);
      this.reset();
      for (const [index, sinceMs] of waits.entries()) {
        const waitedMs = sinceMs === null ? 0 : Math.max(0, sources.nowMs() - sinceMs);
        this.set({ environment: environments[index] ?? '' }, waitedMs / 1_000);
      }
    },
  });
  return {
    registry,
    batchSeconds: new Histogram({
      name: 'tidegate_batch_seconds',
      help: 'Time from the last byte of an event batch to its durable acknowledgement',
      labelNames: ['environment'] as const,
      buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      registers,
    }),
    decisions: new Counter({
      name: 'tidegate_decisions_total',
      help: 'Decisions that changed a rollout',
      labelNames: ['environment', 'kind'] as const,
      registers,
    }),
  };
}
