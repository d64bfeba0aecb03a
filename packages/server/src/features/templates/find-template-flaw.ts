import { fillTemplate, findMismatch, findUnknownHoles, type TemplateParameter } from '@tidegate/analysis/plans';
import type { GuardTemplateSettings } from '@tidegate/protocol';
import { readMetric } from './read-metric.ts';

/**
 * What keeps a template from ever making a metric, found when it is saved rather than when somebody needs it: it is
 * filled with its defaults, or where it has none with some argument that the parameter takes.
 */
export function findTemplateFlaw(settings: GuardTemplateSettings): string | undefined {
  const holes = findUnknownHoles(settings);
  if (holes.length > 0) return `The metric names ${holes.join(', ')}, and no parameter is called so: declare it.`;
  for (const [name, parameter] of Object.entries(settings.parameters)) {
    const flaw = findParameterFlaw(name, parameter);
    if (flaw !== undefined) return flaw;
  }
  const args = Object.entries(settings.parameters).map(([name, parameter]) => [name, sampleOf(parameter)] as const);
  const filled = fillTemplate({ name: 'template', version: 1, ...settings }, Object.fromEntries(args), []);
  if (filled.kind === 'flawed') return filled.flaws[0]?.detail;
  const made = readMetric(filled.metric);
  return 'flaw' in made ? `Filled with ${JSON.stringify(filled.args)} it makes no metric: ${made.flaw}.` : undefined;
}

function findParameterFlaw(name: string, parameter: TemplateParameter): string | undefined {
  const { type, min, max } = parameter;
  if (type !== 'number' && (min !== undefined || max !== undefined)) {
    return `The parameter ${name} is a ${type}, and only a number has min and max: leave them out.`;
  }
  if (min !== undefined && max !== undefined && min > max) {
    return `The parameter ${name} takes nothing: its min ${min} is above its max ${max}.`;
  }
  if (parameter.default === undefined) return undefined;
  const expected = findMismatch(parameter, parameter.default);
  return expected === undefined ? undefined : `The default of ${name} is not ${expected}: it is ${parameter.default}.`;
}

function sampleOf({ type, min, max, default: usual }: TemplateParameter) {
  if (usual !== undefined) return usual;
  switch (type) {
    case 'number':
      return min ?? max ?? 1;
    case 'boolean':
      return false;
    case 'string':
      return 'sample';
    default:
      throw type satisfies never;
  }
}
