import { expect, test } from 'vitest';
import type { TemplateRow } from '../storage.ts';
import { ACTOR, buildProject, uniqueKey } from './builders.contract.ts';
import type { GetStorageUnderTest } from './storage-under-test.contract.ts';

function buildTemplate(projectKey: string, overrides: Partial<TemplateRow> = {}): TemplateRow {
  const document = { description: 'line\nline', nul: '\u0000' };
  return { projectKey, name: 'slow', version: 1, document, createdAtMs: 5, createdBy: ACTOR, ...overrides };
}

export function templatesContract(get: GetStorageUnderTest): void {
  const createProject = async () => {
    const { projectKey } = buildProject({ projectKey: uniqueKey('templates') });
    await get().storage.createProject(buildProject({ projectKey }));
    return projectKey;
  };

  test('a version comes back as it was made, and is never replaced', async () => {
    const { storage } = get();
    const projectKey = await createProject();
    const first = buildTemplate(projectKey);
    expect(await storage.createTemplate(first)).toBe('created');
    expect(await storage.createTemplate({ ...first, document: 'other' })).toBe('version-taken');
    expect(await storage.findTemplate(projectKey, 'slow', 1)).toEqual(first);
    expect(await storage.findTemplate(projectKey, 'slow', 2)).toBeUndefined();
    expect(await storage.findTemplate(await createProject(), 'slow', 1)).toBeUndefined();
  });

  test('of two that take one version at once, one is created', async () => {
    const { nodes } = get();
    const template = buildTemplate(await createProject());
    const outcomes = await Promise.all(nodes.map((node) => node.createTemplate(template)));
    expect(outcomes.sort()).toEqual(['created', 'version-taken', 'version-taken']);
  });

  test('without a version the newest is found, and each name is listed once with its newest', async () => {
    const { storage } = get();
    const projectKey = await createProject();
    const versions = [
      buildTemplate(projectKey),
      buildTemplate(projectKey, { version: 2 }),
      buildTemplate(projectKey, { version: 10 }),
      buildTemplate(projectKey, { name: 'Broken' }),
    ];
    for (const version of versions) await storage.createTemplate(version);
    expect(await storage.findTemplate(projectKey, 'slow', undefined)).toEqual(versions[2]);
    expect(await storage.listTemplates(projectKey, { limit: 10 })).toEqual([versions[3], versions[2]]);
    expect(await storage.listTemplates(projectKey, { after: 'Broken', limit: 1 })).toEqual([versions[2]]);
  });
}
