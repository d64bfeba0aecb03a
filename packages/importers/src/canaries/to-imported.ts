import type { WrittenPlan } from '@tidegate/analysis/plans';
import type { Connections, ImportedObject, ImportedRollouts } from './imported-rollouts.ts';

/** One object, read. */
export interface ReadObject {
  readonly title: string;
  readonly object: ImportedObject;
  readonly plan?: { readonly name: string; readonly plan: WrittenPlan } | undefined;
  readonly connections?: Connections | undefined;
}

export function toImported(objects: readonly ReadObject[]): ImportedRollouts {
  const plans = new Map<string, WrittenPlan>();
  for (const { title, plan } of objects) {
    // Of two with one name, in two namespaces, each is found by a name of its own.
    if (plan !== undefined) plans.set(plans.has(plan.name) ? title : plan.name, plan.plan);
  }
  return {
    plans: Object.fromEntries(plans),
    connections: Object.fromEntries(
      objects.flatMap(({ title, connections }) =>
        connections === undefined || Object.keys(connections).length === 0 ? [] : [[title, connections]],
      ),
    ),
    report: { objects: Object.fromEntries(objects.map(({ title, object }) => [title, object])) },
  };
}

/** What an imported plan treats with, until somebody says otherwise: the two variations of a boolean flag. */
export const TREATMENT = 'on';
