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
  return {
    plans: Object.fromEntries(objects.flatMap(({ plan }) => (plan === undefined ? [] : [[plan.name, plan.plan]]))),
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
