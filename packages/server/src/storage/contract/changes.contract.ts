import { expect, test } from 'vitest';
import type { DocumentId } from '../storage.ts';
import { ACTOR, buildChange, createEnvironment } from './builders.contract.ts';
import type { GetStorageUnderTest } from './storage-under-test.contract.ts';

const flag = (environment: string, key = 'new-checkout'): DocumentId => ({ environment, kind: 'flag', key });

export function changesContract(get: GetStorageUnderTest): void {
  test('the first change of an environment has revision 1, and is its document', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    const change = buildChange(environment);
    expect(await storage.appendChange(change)).toEqual({ kind: 'appended', revision: 1 });
    const { expectedRevision: _, ...row } = { ...change, revision: 1 };
    expect(await storage.listChanges(environment, 0, 10)).toEqual([row]);
    expect(await storage.findDocument(flag(environment))).toEqual({
      ...flag(environment),
      revision: 1,
      document: { enabled: true },
      archived: false,
      createdAtMs: change.atMs,
      updatedAtMs: change.atMs,
    });
  });

  test('documents and actors come back bit for bit', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    const document = { z: 1.1, a: [0.1 + 0.2, 1e21, 5e-324, null], nul: '\u0000', text: '“é😀\n\\', '': {} };
    const actor = { ...ACTOR, name: 'a\u0000b' };
    await storage.appendChange(buildChange(environment, { document, actor }));
    const [change] = await storage.listChanges(environment, 0, 1);
    expect(JSON.stringify(change?.document)).toBe(JSON.stringify(document));
    expect(JSON.stringify(change?.actor)).toBe(JSON.stringify(actor));
    expect(JSON.stringify((await storage.findDocument(flag(environment)))?.document)).toBe(JSON.stringify(document));
  });

  test('fifty changes at once, from several nodes to several documents, leave no gap in the revisions', async () => {
    const { storage, nodes } = get();
    const environment = await createEnvironment(storage);
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        nodes[index % nodes.length]?.appendChange(buildChange(environment, { key: `flag-${index}` })),
      ),
    );
    const revisions = outcomes.map((outcome) => (outcome?.kind === 'appended' ? outcome.revision : outcome));
    expect(revisions.toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    expect(await storage.currentRevision(environment)).toBe(50);
    const changes = await storage.listChanges(environment, 0, 100);
    expect(changes.map((change) => change.revision)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  });

  test('of many changes at once that expect the same revision, one is made', async () => {
    const { storage, nodes } = get();
    const environment = await createEnvironment(storage);
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, (_, index) => nodes[index % nodes.length]?.appendChange(buildChange(environment))),
    );
    expect(outcomes.filter((outcome) => outcome?.kind === 'appended')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome?.kind === 'conflict')).toHaveLength(11);
    expect(await storage.currentRevision(environment)).toBe(1);
  });

  test('a change that expects another revision is refused with the current one, and takes none', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    await storage.appendChange(buildChange(environment, { key: 'other' }));
    await storage.appendChange(buildChange(environment));
    const conflict = { kind: 'conflict', currentRevision: 2 };
    expect(await storage.appendChange(buildChange(environment))).toEqual(conflict);
    expect(await storage.appendChange(buildChange(environment, { expectedRevision: 1 }))).toEqual(conflict);
    const missing = buildChange(environment, { key: 'missing', expectedRevision: 7 });
    expect(await storage.appendChange(missing)).toEqual({ kind: 'conflict', currentRevision: 0 });
    expect(await storage.currentRevision(environment)).toBe(2);
    const next = await storage.appendChange(buildChange(environment, { expectedRevision: 2 }));
    expect(next).toEqual({ kind: 'appended', revision: 3 });
  });

  test('a change that was checked before something else was written is refused, and takes no revision', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    expect(await storage.appendChange(buildChange(environment), 0)).toEqual({ kind: 'appended', revision: 1 });
    const next = buildChange(environment, { key: 'other' });
    expect(await storage.appendChange(next, 0)).toEqual({ kind: 'overtaken', currentRevision: 1 });
    // Whose document is not as expected is told that first: to check again would not help.
    expect(await storage.appendChange(buildChange(environment), 0)).toEqual({ kind: 'conflict', currentRevision: 1 });
    expect(await storage.currentRevision(environment)).toBe(1);
    expect(await storage.appendChange(next, 1)).toEqual({ kind: 'appended', revision: 2 });
  });

  test('of many changes at once that were checked at the same revision, one is made', async () => {
    const { storage, nodes } = get();
    const environment = await createEnvironment(storage);
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        nodes[index % nodes.length]?.appendChange(buildChange(environment, { key: `flag-${index}` }), 0),
      ),
    );
    expect(outcomes.filter((outcome) => outcome?.kind === 'appended')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome?.kind === 'overtaken')).toHaveLength(11);
    expect(await storage.currentRevision(environment)).toBe(1);
  });

  test('an environment that does not exist has no changes and takes none', async () => {
    const { storage } = get();
    expect(await storage.appendChange(buildChange('no/such'))).toEqual({ kind: 'no-environment' });
    expect(await storage.currentRevision('no/such')).toBe(0);
    expect(await storage.listChanges('no/such', 0, 10)).toEqual([]);
    expect(await storage.readSnapshot('no/such')).toEqual({ revision: 0, documents: [] });
  });

  test('revisions of one environment do not depend on another', async () => {
    const { storage } = get();
    const [first, second] = [await createEnvironment(storage), await createEnvironment(storage)];
    await storage.appendChange(buildChange(first));
    await storage.appendChange(buildChange(first, { expectedRevision: 1 }));
    expect(await storage.appendChange(buildChange(second))).toEqual({ kind: 'appended', revision: 1 });
  });

  test('changes are read on from any revision', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    for (let revision = 0; revision < 5; revision++) {
      await storage.appendChange(buildChange(environment, { document: revision, expectedRevision: revision }));
    }
    const revisionsAfter = async (after: number, limit: number) =>
      (await storage.listChanges(environment, after, limit)).map((change) => change.revision);
    expect(await revisionsAfter(0, 2)).toEqual([1, 2]);
    expect(await revisionsAfter(2, 2)).toEqual([3, 4]);
    expect(await revisionsAfter(4, 2)).toEqual([5]);
    expect(await revisionsAfter(5, 2)).toEqual([]);
  });

  test('changes of one kind are read on without those of others', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    for (const kind of ['flag', 'segment', 'metric', 'flag'] as const) {
      const revision = await storage.currentRevision(environment);
      await storage.appendChange(buildChange(environment, { kind, key: `${kind}-${revision}` }));
    }
    const revisionsOf = async (after: number, limit: number) =>
      (await storage.listChanges(environment, after, limit, 'flag')).map((change) => change.revision);
    expect(await revisionsOf(0, 10)).toEqual([1, 4]);
    expect(await revisionsOf(1, 10)).toEqual([4]);
    expect(await revisionsOf(0, 1)).toEqual([1]);
  });

  test('keys are listed of one kind and of what is not archived', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    for (const key of ['b', 'a']) await storage.appendChange(buildChange(environment, { key }));
    await storage.appendChange(buildChange(environment, { key: 'gone', archived: true }));
    await storage.appendChange(buildChange(environment, { key: 'c', kind: 'segment' }));
    expect(await storage.listDocumentKeys(environment, 'flag')).toEqual(['a', 'b']);
    expect(await storage.listDocumentKeys(environment, 'metric')).toEqual([]);
  });

  test('the history of one document is told newest first, and the document is found as it was', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    await storage.appendChange(buildChange(environment, { document: 'v1' }));
    await storage.appendChange(buildChange(environment, { key: 'other', document: 'other' }));
    await storage.appendChange(buildChange(environment, { kind: 'segment', document: 'a segment of the same key' }));
    await storage.appendChange(buildChange(environment, { document: 'v4', expectedRevision: 1, atMs: 2_000 }));
    const id = flag(environment);
    const history = await storage.listHistory(id, { limit: 10 });
    expect(history.map((change) => [change.revision, change.document])).toEqual([
      [4, 'v4'],
      [1, 'v1'],
    ]);
    expect(await storage.listHistory(id, { beforeRevision: 4, limit: 10 })).toEqual(history.slice(1));
    expect(await storage.listHistory(id, { limit: 1 })).toEqual(history.slice(0, 1));
    for (const [revision, document] of [
      [1, 'v1'],
      [3, 'v1'],
      [4, 'v4'],
      [99, 'v4'],
    ] as const) {
      expect((await storage.findDocumentAt(id, revision))?.document).toBe(document);
    }
    expect(await storage.findDocumentAt(id, 0)).toBeUndefined();
    expect(await storage.findDocument(id)).toMatchObject({
      revision: 4,
      createdAtMs: 1_700_000_000_000,
      updatedAtMs: 2_000,
    });
  });

  test('the revision in force at an instant is the newest that was made by then, whatever the clocks of its makers', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    // The third was made by a node whose clock is behind.
    for (const [revision, atMs] of [1_000, 3_000, 2_000, 4_000].entries()) {
      await storage.appendChange(buildChange(environment, { expectedRevision: revision, atMs }));
    }
    const revisionsAt = (...instants: number[]) =>
      Promise.all(instants.map((atMs) => storage.findRevisionAt(environment, atMs)));
    expect(await revisionsAt(999, 1_000, 1_999)).toEqual([undefined, 1, 1]);
    expect(await revisionsAt(2_000, 2_999, 3_000, 3_999)).toEqual([3, 3, 3, 3]);
    expect(await revisionsAt(4_000, Number.MAX_SAFE_INTEGER)).toEqual([4, 4]);
    expect(await storage.findRevisionAt('no/such', 4_000)).toBeUndefined();
  });

  test('documents are listed by kind and key, archived ones only when asked for', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    for (const key of ['c', 'a', 'B']) await storage.appendChange(buildChange(environment, { key }));
    await storage.appendChange(buildChange(environment, { key: 'metric', kind: 'metric' }));
    await storage.appendChange(buildChange(environment, { key: 'a', archived: true, expectedRevision: 2 }));
    const keys = async (page: { after?: string; limit: number; includeArchived: boolean }) =>
      (await storage.listDocuments(environment, 'flag', page)).map((document) => document.key);
    expect(await keys({ limit: 10, includeArchived: false })).toEqual(['B', 'c']);
    expect(await keys({ limit: 10, includeArchived: true })).toEqual(['B', 'a', 'c']);
    expect(await keys({ limit: 1, includeArchived: true })).toEqual(['B']);
    expect(await keys({ after: 'B', limit: 1, includeArchived: true })).toEqual(['a']);
    expect((await storage.findDocument(flag(environment, 'a')))?.archived).toBe(true);
  });

  test('a snapshot holds flags and segments that are not archived, at the revision of the environment', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    expect(await storage.readSnapshot(environment)).toEqual({ revision: 0, documents: [] });
    await storage.appendChange(buildChange(environment, { key: 'kept' }));
    await storage.appendChange(buildChange(environment, { key: 'archived', archived: true }));
    await storage.appendChange(buildChange(environment, { key: 'metric', kind: 'metric' }));
    await storage.appendChange(buildChange(environment, { key: 'segment', kind: 'segment', document: null }));
    const { revision, documents } = await storage.readSnapshot(environment);
    expect(revision).toBe(4);
    expect(documents.map(({ kind, key, document }) => [kind, key, document])).toEqual([
      ['flag', 'kept', { enabled: true }],
      ['segment', 'segment', null],
    ]);
  });

  test('a snapshot taken while changes are made is what the change log says at its revision', async () => {
    const { storage, nodes } = get();
    const environment = await createEnvironment(storage);
    const writeOne = async (key: string, node = storage) => {
      for (let round = 0, expectedRevision = 0; round < 15; round++) {
        const outcome = await node.appendChange(buildChange(environment, { key, document: round, expectedRevision }));
        if (outcome.kind === 'appended') expectedRevision = outcome.revision;
      }
    };
    const writers = nodes.map((node, index) => writeOne(`flag-${index}`, node));
    const snapshots = [];
    for (let read = 0; read < 20; read++) snapshots.push(await storage.readSnapshot(environment));
    await Promise.all(writers);
    snapshots.push(await storage.readSnapshot(environment));
    for (const { revision, documents } of snapshots) {
      for (const key of ['flag-0', 'flag-1', 'flag-2']) {
        const logged = await storage.findDocumentAt(flag(environment, key), revision);
        expect(documents.find((document) => document.key === key)?.revision).toBe(logged?.revision);
      }
    }
    expect(snapshots.at(-1)?.revision).toBe(45);
  });

  test('every node is woken by a change of any node, until it stops listening', async () => {
    const { storage, nodes } = get();
    const environment = await createEnvironment(storage);
    const wokenNodes = nodes.map(
      (node) =>
        new Promise<void>((resolve) => {
          const stop = node.onChange((woken) => {
            if (woken !== environment) return;
            stop();
            resolve();
          });
        }),
    );
    await storage.appendChange(buildChange(environment));
    await Promise.all(wokenNodes);
  });

  test('a listener that stopped is woken no more', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    let stoppedWakes = 0;
    const stop = storage.onChange((woken) => {
      if (woken === environment) stoppedWakes++;
    });
    stop();
    const woken = new Promise<void>((resolve) => {
      const stopListening = storage.onChange((changed) => {
        if (changed !== environment) return;
        stopListening();
        resolve();
      });
    });
    await storage.appendChange(buildChange(environment));
    await woken;
    expect(stoppedWakes).toBe(0);
  });
}
