import { expect, test } from 'vitest';
import type { SettingsRow } from '../storage.ts';
import { ACTOR, uniqueKey } from './builders.contract.ts';
import type { GetStorageUnderTest } from './storage-under-test.contract.ts';

function buildSettings(scope: string, overrides: Partial<SettingsRow> = {}): SettingsRow {
  const document = { description: 'line\nline', nul: '\u0000' };
  return { kind: 'template', scope, key: 'slow', version: 1, document, createdAtMs: 5, createdBy: ACTOR, ...overrides };
}

export function settingsContract(get: GetStorageUnderTest): void {
  test('a version comes back as it was made, is never replaced, and belongs to one scope and one kind', async () => {
    const { storage } = get();
    const scope = uniqueKey('project');
    const first = buildSettings(scope);
    expect(await storage.createSettings(first)).toBe('created');
    expect(await storage.createSettings({ ...first, document: 'other' })).toBe('version-taken');
    expect(await storage.findSettings(first, 1)).toEqual(first);
    expect(await storage.findSettings(first, 2)).toBeUndefined();
    expect(await storage.findSettings({ ...first, kind: 'provider' })).toBeUndefined();
    expect(await storage.findSettings({ ...first, scope: uniqueKey('project') })).toBeUndefined();
  });

  test('of several that take one version at once, one is created', async () => {
    const { nodes } = get();
    const settings = buildSettings(uniqueKey('project'));
    const outcomes = await Promise.all(nodes.map((node) => node.createSettings(settings)));
    expect(outcomes.sort()).toEqual(['created', 'version-taken', 'version-taken']);
  });

  test('without a version the newest is found, and each key is listed once with its newest', async () => {
    const { storage } = get();
    const scope = `${uniqueKey('project')}/production`;
    const versions = [
      buildSettings(scope),
      buildSettings(scope, { version: 2 }),
      buildSettings(scope, { version: 10 }),
      buildSettings(scope, { key: 'Broken' }),
      buildSettings(scope, { kind: 'channel' }),
    ];
    for (const version of versions) await storage.createSettings(version);
    const of = { kind: 'template', scope } as const;
    expect(await storage.findSettings({ ...of, key: 'slow' })).toEqual(versions[2]);
    expect(await storage.listSettings(of, { limit: 10 })).toEqual([versions[3], versions[2]]);
    expect(await storage.listSettings(of, { after: 'Broken', limit: 1 })).toEqual([versions[2]]);
  });

  test('what was removed is not listed, is found as removed, and may come back', async () => {
    const { storage } = get();
    const scope = uniqueKey('project');
    const of = { kind: 'template', scope } as const;
    const removed = buildSettings(scope, { version: 2, document: null });
    for (const version of [buildSettings(scope), removed]) await storage.createSettings(version);
    expect(await storage.listSettings(of, { limit: 10 })).toEqual([]);
    expect(await storage.findSettings(removed)).toEqual(removed);
    const again = buildSettings(scope, { version: 3 });
    await storage.createSettings(again);
    expect(await storage.listSettings(of, { limit: 10 })).toEqual([again]);
    await storage.createSettings(buildSettings(scope, { key: 'other' }));
    expect(await storage.countSettingsKeys(of)).toBe(2);
    expect(await storage.countSettingsKeys({ kind: 'channel', scope })).toBe(0);
  });
}
