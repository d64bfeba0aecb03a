import type { RolloutView } from '@tidegate/protocol/types';

/** A rollout whose guard a metric or a template is. */
export interface MetricUse {
  readonly rolloutId: string;
  readonly flagKey: string;
  readonly isActive: boolean;
  readonly startedAtMs: number;
  /** Of a template, the version that was taken. */
  readonly version: number | null;
}

export interface MetricUses {
  /** By key, of metrics of the environment. */
  readonly metrics: ReadonlyMap<string, readonly MetricUse[]>;
  /** By name, of templates. */
  readonly templates: ReadonlyMap<string, readonly MetricUse[]>;
}

/** Which rollouts are guarded by what; the newest first, and each once. */
export function metricUses(
  rollouts: readonly Pick<RolloutView, 'id' | 'flagKey' | 'active' | 'plan' | 'createdAtMs'>[],
): MetricUses {
  const metrics = new Map<string, MetricUse[]>();
  const templates = new Map<string, MetricUse[]>();
  for (const { id, flagKey, active, plan, createdAtMs } of rollouts.toSorted(newestFirst)) {
    for (const { metric, template, definition } of plan.guards) {
      const use = { rolloutId: id, flagKey, isActive: active, startedAtMs: createdAtMs, version: null };
      if (template !== undefined) push(templates, template.name, { ...use, version: template.version });
      // A guard that has the metric itself is no use of one of the environment.
      else if (definition === undefined) push(metrics, metric, use);
    }
  }
  return { metrics, templates };
}

function newestFirst(one: { readonly createdAtMs: number }, other: { readonly createdAtMs: number }): number {
  return other.createdAtMs - one.createdAtMs;
}

function push(uses: Map<string, MetricUse[]>, name: string, use: MetricUse): void {
  const known = uses.get(name) ?? [];
  if (known.some(({ rolloutId, version }) => rolloutId === use.rolloutId && version === use.version)) return;
  uses.set(name, [...known, use]);
}
