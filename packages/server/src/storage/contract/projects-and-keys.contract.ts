import { expect, test } from 'vitest';
import { ACTOR, buildEnvironment, buildKey, buildProject, uniqueKey } from './builders.contract.ts';
import type { GetStorageUnderTest } from './storage-under-test.contract.ts';

export function projectsAndKeysContract(get: GetStorageUnderTest): void {
  test('a project is found as it was created, and only once', async () => {
    const { storage } = get();
    const project = buildProject({ name: 'Shop “one”', description: 'line\nline' });
    expect(await storage.createProject(project)).toBe('created');
    expect(await storage.createProject({ ...project, name: 'Other' })).toBe('exists');
    expect(await storage.findProject(project.projectKey)).toEqual(project);
    expect(await storage.findProject('no-such-project')).toBeUndefined();
  });

  test('an update needs the version that it saw, and changes only what it names', async () => {
    const { storage } = get();
    const project = buildProject();
    const { projectKey } = project;
    await storage.createProject(project);
    const update = { projectKey, expectedVersion: 1, values: { name: 'Renamed' } };
    expect(await storage.updateProject(update)).toEqual({ kind: 'updated', version: 2 });
    expect(await storage.updateProject(update)).toEqual({ kind: 'stale' });
    expect(await storage.updateProject({ ...update, projectKey: 'no-such-project' })).toEqual({ kind: 'missing' });
    expect(await storage.findProject(projectKey)).toEqual({ ...project, name: 'Renamed', version: 2 });
    await storage.updateProject({ projectKey, expectedVersion: 2, values: { description: '' } });
    expect(await storage.findProject(projectKey)).toEqual({ ...project, name: 'Renamed', description: '', version: 3 });
  });

  test('of two updates at once from one version, one is stale', async () => {
    const { storage, nodes } = get();
    const project = buildProject();
    await storage.createProject(project);
    const update = { projectKey: project.projectKey, expectedVersion: 1, values: { name: 'Mine' } };
    const outcomes = await Promise.all(nodes.map((node) => node.updateProject(update)));
    expect(outcomes.map((outcome) => outcome.kind).sort()).toEqual(['stale', 'stale', 'updated']);
  });

  test('pages go through all projects in byte order, each once', async () => {
    const { storage } = get();
    const prefix = uniqueKey('page');
    // Byte order: digits, capitals, underscore, small letters, then all that is not ASCII.
    const keys = ['0', 'B', 'Z', '_', 'a', 'b', 'é'].map((suffix) => `${prefix}-${suffix}`);
    for (const projectKey of keys.toReversed()) await storage.createProject(buildProject({ projectKey }));
    const seen: string[] = [];
    let after = prefix;
    for (let page = 0; page < keys.length; page++) {
      const projects = await storage.listProjects({ after, limit: 2 });
      seen.push(...projects.map((project) => project.projectKey));
      after = seen.at(-1) ?? after;
    }
    expect(seen.filter((key) => key.startsWith(prefix))).toEqual(keys);
  });

  test('an environment belongs to a project that exists', async () => {
    const { storage } = get();
    const project = buildProject();
    const production = buildEnvironment(project.projectKey);
    expect(await storage.createEnvironment(production)).toBe('no-project');
    await storage.createProject(project);
    expect(await storage.createEnvironment(production)).toBe('created');
    expect(await storage.createEnvironment(production)).toBe('exists');
    expect(await storage.findEnvironment(production.environment)).toEqual(production);
    expect(await storage.findEnvironment('no/such')).toBeUndefined();
    expect(await storage.currentRevision(production.environment)).toBe(0);
  });

  test('environments are listed by project or all together, and updated by version', async () => {
    const { storage } = get();
    const [first, second] = [buildProject(), buildProject()];
    await storage.createProject(first);
    await storage.createProject(second);
    const environments = [
      buildEnvironment(first.projectKey, { environmentKey: 'production' }),
      buildEnvironment(first.projectKey, { environmentKey: 'staging' }),
      buildEnvironment(second.projectKey, { environmentKey: 'production' }),
    ];
    for (const environment of environments) await storage.createEnvironment(environment);
    expect(await storage.listEnvironments(first.projectKey, { limit: 10 })).toEqual(environments.slice(0, 2));
    expect(await storage.listEnvironments(null, { after: first.projectKey, limit: 3 })).toEqual(environments);

    const { environment } = buildEnvironment(second.projectKey);
    const settings = { name: 'Live', description: '', critical: false };
    const update = { environment, expectedVersion: 1, settings, actor: ACTOR, reason: 'moved', atMs: 7 };
    expect(await storage.updateEnvironment(update)).toEqual({ kind: 'updated', version: 2 });
    expect(await storage.updateEnvironment(update)).toEqual({ kind: 'stale' });
    expect(await storage.updateEnvironment({ ...update, environment: 'no/such' })).toEqual({ kind: 'missing' });
    expect(await storage.findEnvironment(environment)).toMatchObject({ ...settings, version: 2 });
    await storage.updateEnvironment({ ...update, expectedVersion: 2, settings: { ...settings, critical: true } });
    const before = { name: 'Production', description: '', critical: true };
    const firstUpdate = { version: 2, before, after: settings, actor: ACTOR, reason: 'moved', atMs: 7 };
    const secondUpdate = { ...firstUpdate, version: 3, before: settings, after: { ...settings, critical: true } };
    expect(await storage.listEnvironmentChanges(environment, { limit: 10 })).toEqual([secondUpdate, firstUpdate]);
    expect(await storage.listEnvironmentChanges(environment, { beforeVersion: 3, limit: 10 })).toEqual([firstUpdate]);
  });

  test('a key is found by its id and by its hash, also after it was revoked, with the first instant', async () => {
    const { storage } = get();
    const key = buildKey();
    await storage.createKey(key);
    expect(await storage.findKeyByHash(key.hash)).toEqual(key);
    expect(await storage.findKey(key.id)).toEqual(key);
    expect(await storage.findKeyByHash('no-such-hash')).toBeUndefined();
    expect(await storage.findKey('no-such-key')).toBeUndefined();
    expect(await storage.revokeKey(key.id, 5)).toBe(true);
    expect(await storage.revokeKey(key.id, 6)).toBe(true);
    expect(await storage.revokeKey('no-such-key', 5)).toBe(false);
    expect(await storage.findKeyByHash(key.hash)).toEqual({ ...key, revokedAtMs: 5 });
    expect(await storage.findKey(key.id)).toEqual({ ...key, revokedAtMs: 5 });
  });

  test('keys are listed by id in pages; an id or a hash is never taken twice', async () => {
    const { storage } = get();
    const keys = [buildKey(), buildKey({ kind: 'server', role: 'sdk' }), buildKey()];
    for (const key of keys) await storage.createKey(key);
    const [first, second, third] = keys.map((key) => key.id);
    expect(await storage.listKeys({ after: first ?? '', limit: 1 })).toEqual([keys[1]]);
    expect(await storage.listKeys({ after: second ?? '', limit: 10 })).toEqual([keys[2]]);
    expect(third).toBeDefined();
    await expect(storage.createKey(buildKey({ hash: keys[0]?.hash ?? '' }))).rejects.toThrow();
  });

  test('connections are summed over nodes that were heard of lately', async () => {
    const { storage } = get();
    const environment = uniqueKey('connections');
    const [first, second] = [uniqueKey('node'), uniqueKey('node')];
    await storage.saveConnections(
      first,
      [
        { environment, appliedRevision: 6, count: 2 },
        { environment, appliedRevision: 7, count: 3 },
        { environment: `${environment}-other`, appliedRevision: 7, count: 50 },
      ],
      1_000,
    );
    await storage.saveConnections(second, [{ environment, appliedRevision: 8, count: 10 }], 3_000);
    const count = (freshMs: number, nowMs: number) => storage.countConnections(environment, 7, freshMs, nowMs);
    expect(await count(5_000, 3_000)).toEqual({ connectedCount: 15, confirmedCount: 13 });
    expect(await count(1_000, 3_000)).toEqual({ connectedCount: 10, confirmedCount: 10 });
    expect(await count(1_000, 9_000)).toEqual({ connectedCount: 0, confirmedCount: 0 });
  });

  test('what a node says of its connections replaces what it said before', async () => {
    const { storage } = get();
    const environment = uniqueKey('connections');
    const node = uniqueKey('node');
    const count = () => storage.countConnections(environment, 1, 1_000, 1_000);
    await storage.saveConnections(node, [{ environment, appliedRevision: 1, count: 4 }], 1_000);
    await storage.saveConnections(node, [{ environment, appliedRevision: 2, count: 1 }], 1_000);
    expect(await count()).toEqual({ connectedCount: 1, confirmedCount: 1 });
    await storage.saveConnections(node, [], 1_000);
    expect(await count()).toEqual({ connectedCount: 0, confirmedCount: 0 });
  });
}
