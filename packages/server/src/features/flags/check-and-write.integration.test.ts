import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { openSqliteStorage } from '../../storage/sqlite/sqlite-storage.ts';
import type { DocumentId, Storage } from '../../storage/storage.ts';
import { getCurrent, getForChange, preparePatch, saveChecked } from '../documents/index.ts';
import { flagTraits } from './flag-traits.ts';

const ENVIRONMENT = 'default/production';
const request = { principal: { actor: { kind: 'key', id: 'k', name: 'Ann' } }, nowMs: 1_000, reason: '' } as const;
const flagId = (key: string): DocumentId => ({ environment: ENVIRONMENT, kind: 'flag', key });

let storage: Storage;

beforeEach(async () => {
  storage = openSqliteStorage({ file: ':memory:' });
  onTestFinished(() => storage.close());
  await storage.migrate();
  const described = { name: '', description: '', createdAtMs: 0, version: 1, projectKey: 'default' };
  await storage.createProject(described);
  await storage.createEnvironment({
    ...described,
    critical: false,
    environment: ENVIRONMENT,
    environmentKey: 'production',
  });
  for (const key of ['a', 'b']) await create(key);
});

async function create(key: string): Promise<void> {
  const body = flagTraits.schemas.create.parse({ key });
  const document = flagTraits.create(body, { createdAtMs: 0, randomId: () => 'salt' });
  const change = { ...flagId(key), document, archived: false, action: 'created', expectedRevision: 0 };
  await storage.appendChange({ ...change, actor: request.principal.actor, reason: '', atMs: 0 });
}

/** Patches a flag; `beforeWrite` runs after each check, as another writer may. */
async function patch(key: string, change: object, beforeWrite = async () => {}): Promise<number> {
  const { revision } = await getForChange(
    storage,
    flagId(key),
    (await storage.findDocument(flagId(key)))?.revision ?? 0,
  );
  const prepare = async () => {
    const current = await getForChange(storage, flagId(key), revision);
    const prepared = await preparePatch(flagTraits, storage, { current, patch: change, action: 'updated' });
    await beforeWrite();
    return prepared;
  };
  return (await saveChecked(storage, ENVIRONMENT, prepare, request)).revision;
}

const waitingFor = (flag: string) => ({ prerequisites: [{ flag, variations: ['on'] }] });

test('two writers at once cannot make two flags wait for each other', async () => {
  let interfered = false;
  const attempt = patch('a', waitingFor('b'), async () => {
    if (interfered) return;
    interfered = true;
    await patch('b', waitingFor('a'));
  });
  await expect(attempt).rejects.toMatchObject({ code: 'cyclic-prerequisite' });
  expect(await storage.currentRevision(ENVIRONMENT)).toBe(3);
});

test('a change that others overtake is checked again, and made', async () => {
  let others = 0;
  const revision = await patch('a', { description: 'mine' }, async () => {
    others += 1;
    if (others <= 3) await create(`other-${others}`);
  });
  expect(revision).toBe(6);
});

test('a change of the document itself is not written over, however often the rest is checked', async () => {
  const attempt = patch('a', { description: 'mine' }, async () => {
    await patch('a', { description: 'theirs' });
  });
  await expect(attempt).rejects.toMatchObject({ code: 'precondition-failed' });
});

test('a change that means any revision of its document is made after the one that came between', async () => {
  let interfered = false;
  const prepare = async () => {
    const current = await getCurrent(storage, flagId('a'));
    const prepared = await preparePatch(flagTraits, storage, {
      current,
      patch: { tags: ['mine'] },
      action: 'updated',
    });
    if (!interfered) await patch('a', { description: 'theirs' });
    interfered = true;
    return prepared;
  };
  const saved = await saveChecked(storage, ENVIRONMENT, prepare, request);
  expect(saved.document).toMatchObject({ tags: ['mine'], description: 'theirs' });
});

test('whoever is overtaken all the time is sent away after a bounded number of checks', async () => {
  let others = 0;
  const attempt = patch('a', { description: 'mine' }, async () => {
    others += 1;
    await create(`other-${others}`);
  });
  await expect(attempt).rejects.toMatchObject({ code: 'unavailable' });
  expect(others).toBe(30);
});

test('a change that other flags have no say in reads none of them, however many there are', async () => {
  const kinds: string[] = [];
  const watched: Storage = {
    ...storage,
    listDocuments(environment, kind, page) {
      kinds.push(kind);
      return storage.listDocuments(environment, kind, page);
    },
  };
  const check = async (key: string, change: object) => {
    const current = await getCurrent(storage, flagId(key));
    await preparePatch(flagTraits, watched, { current, patch: change, action: 'updated' });
    return kinds.splice(0);
  };
  expect(await check('a', { description: 'mine', enabled: true })).toEqual([]);
  expect(await check('a', waitingFor('b'))).toEqual(['flag']);
  expect(await check('a', { layer: { key: 'checkout', fromPpm: 0, toPpm: 500_000 } })).toEqual(['flag']);
  expect(await check('a', { variations: [{ key: 'off', value: false }] })).toEqual(['flag']);
});
