import { BUILT_IN_TEMPLATES, type GuardTemplate, type TemplateReference } from '@tidegate/analysis/plans';
import type { Storage } from '../../storage/storage.ts';
import { templateOf } from './template-of.ts';

export type FindTemplate = (name: string, version: number | undefined) => GuardTemplate | undefined;

/** Reads every template that is referred to, built-in or the project's own, so that they can be found without waiting. */
export async function readTemplates(
  storage: Storage,
  projectKey: string,
  references: readonly TemplateReference[],
): Promise<FindTemplate> {
  const found = await Promise.all(
    references.map(async ({ name, version }) => {
      const builtIn = findBuiltIn(name, version);
      if (builtIn !== undefined) return [{ version, template: builtIn }];
      const row = await storage.findSettings({ kind: 'template', scope: projectKey, key: name }, version);
      return row === undefined ? [] : [{ version, template: templateOf(row) }];
    }),
  );
  return (name, version) => found.flat().find((one) => one.template.name === name && one.version === version)?.template;
}

export function isBuiltIn(name: string): boolean {
  return BUILT_IN_TEMPLATES.some((template) => template.name === name);
}

export function findBuiltIn(name: string, version: number | undefined): GuardTemplate | undefined {
  const versions = BUILT_IN_TEMPLATES.filter((template) => template.name === name);
  if (version !== undefined) return versions.find((template) => template.version === version);
  return versions.toSorted((one, other) => other.version - one.version)[0];
}
