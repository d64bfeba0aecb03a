import { expect, test } from 'vitest';
import type { ProviderRow } from '../storage.ts';
import { ACTOR, createEnvironment } from './builders.contract.ts';
import type { GetStorageUnderTest } from './storage-under-test.contract.ts';

function buildProvider(environment: string, overrides: Partial<ProviderRow> = {}): ProviderRow {
  const document = { kind: 'prometheus', address: 'http://prometheus:9090' };
  return {
    environment,
    providerKey: 'prometheus',
    version: 1,
    document,
    createdAtMs: 5,
    createdBy: ACTOR,
    ...overrides,
  };
}

export function providersContract(get: GetStorageUnderTest): void {
  test('a version comes back as it was made, is never replaced, and belongs to one environment', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    const first = buildProvider(environment);
    expect(await storage.createProvider(first)).toBe('created');
    expect(await storage.createProvider({ ...first, document: 'other' })).toBe('version-taken');
    expect(await storage.findProvider(environment, 'prometheus')).toEqual(first);
    expect(await storage.findProvider(await createEnvironment(storage), 'prometheus')).toBeUndefined();
  });

  test('of two that take one version at once, one is created', async () => {
    const { storage, nodes } = get();
    const provider = buildProvider(await createEnvironment(storage));
    const outcomes = await Promise.all(nodes.map((node) => node.createProvider(provider)));
    expect(outcomes.sort()).toEqual(['created', 'version-taken', 'version-taken']);
  });

  test('the newest is found, and each is listed once with its newest, by key', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    const second = buildProvider(environment, { version: 2 });
    const other = buildProvider(environment, { providerKey: 'Datadog' });
    for (const version of [buildProvider(environment), second, other]) await storage.createProvider(version);
    expect(await storage.findProvider(environment, 'prometheus')).toEqual(second);
    expect(await storage.listProviders(environment, { limit: 10 })).toEqual([other, second]);
    expect(await storage.listProviders(environment, { after: 'Datadog', limit: 1 })).toEqual([second]);
  });
}
