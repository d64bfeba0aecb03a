import type { MetricDefinition } from '../rollout/plan.ts';
import { BUILT_IN_TEMPLATES } from './built-in-templates.ts';
import type { PlanContext } from './expand-plan.ts';
import type { GuardTemplate, Json } from './guard-template.ts';

const NEWER_ERROR_RATE: GuardTemplate = { ...builtIn('error-rate'), version: 7 };

/** A place where every rule serves `off`, with the built-in templates, and a newer one of errors. */
export const CONTEXT: PlanContext = {
  presentVariation: () => 'off',
  findTemplate: (name, version) =>
    [...BUILT_IN_TEMPLATES, NEWER_ERROR_RATE]
      .filter((template) => template.name === name && (version === undefined || template.version === version))
      .toSorted((one, other) => other.version - one.version)[0],
  // What built-in templates make is a metric; its shape is held to the schema where there is one.
  readMetric: (value: Json) => value as unknown as MetricDefinition,
  countAttempt: () => 1,
};

function builtIn(name: string): GuardTemplate {
  const found = BUILT_IN_TEMPLATES.find((template) => template.name === name);
  if (found === undefined) throw new Error(`no built-in template ${name}`);
  return found;
}
