import { expect, test } from 'vitest';
import type { RolloutRow, Storage } from '../storage.ts';
import {
  ACTOR,
  buildChange,
  buildDecision,
  buildRecords,
  buildRollout,
  createEnvironment,
  PROGRESSING,
  readAllRecords,
  SUCCEEDED,
} from './builders.contract.ts';
import type { GetStorageUnderTest } from './storage-under-test.contract.ts';

const LONG_MS = 600_000;

/** A flag at revision 1 with an active rollout. */
async function startRollout(storage: Storage, overrides: Partial<RolloutRow> = {}): Promise<RolloutRow> {
  const environment = await createEnvironment(storage);
  await storage.appendChange(buildChange(environment));
  const rollout = buildRollout(environment, overrides);
  await storage.createRollout(rollout);
  return rollout;
}

/** All that a decision could have touched. */
async function observe(storage: Storage, { environment, id }: RolloutRow) {
  return {
    rollout: await storage.findRollout(environment, id),
    decisions: await storage.listDecisions(id, { limit: 10 }),
    revision: await storage.currentRevision(environment),
    changes: await storage.listChanges(environment, 0, 10),
    document: await storage.findDocument({ environment, kind: 'flag', key: 'new-checkout' }),
    records: await readAllRecords(storage, environment),
  };
}

export function rolloutsContract(get: GetStorageUnderTest): void {
  test('a rollout is found as it was created, in its environment only', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    const rollout = buildRollout(environment, { anchor: null });
    expect(await storage.createRollout(rollout)).toBe('created');
    expect(await storage.findRollout(environment, rollout.id)).toEqual(rollout);
    expect(await storage.findRollout('other/environment', rollout.id)).toBeUndefined();
  });

  test('a rule has at most one active rollout, also when two start at once', async () => {
    const { storage, nodes } = get();
    const environment = await createEnvironment(storage);
    const outcomes = await Promise.all(nodes.map((node) => node.createRollout(buildRollout(environment))));
    expect(outcomes.toSorted()).toEqual(['created', 'rule-taken', 'rule-taken']);
    expect(await storage.createRollout(buildRollout(environment, { rule: 'rule-2' }))).toBe('created');
    expect(await storage.createRollout(buildRollout(environment, { flagKey: 'other' }))).toBe('created');
    expect(await storage.createRollout(buildRollout(environment, { active: false }))).toBe('created');
    expect(await storage.createRollout(buildRollout(await createEnvironment(storage)))).toBe('created');
  });

  test('a rollout that ended leaves its rule to the next', async () => {
    const { storage } = get();
    const rollout = await startRollout(storage);
    expect(await storage.createRollout(buildRollout(rollout.environment))).toBe('rule-taken');
    await storage.saveDecision(buildDecision(rollout, { active: false }), null);
    expect(await storage.createRollout(buildRollout(rollout.environment))).toBe('created');
  });

  test('a rule that is given up for another rollout is never without an owner: both are written, or neither', async () => {
    const { storage, nodes } = get();
    const rollout = await startRollout(storage);
    const successor = buildRollout(rollout.environment);
    const late = buildDecision(rollout, { active: false, expectedVersion: 9, successor });
    expect(await storage.saveDecision(late, null)).toEqual({ kind: 'stale-rollout' });
    expect(await nodes[1].findRollout(rollout.environment, successor.id)).toBeUndefined();
    const decision = buildDecision(rollout, { active: false, successor });
    expect(await storage.saveDecision(decision, null)).toMatchObject({ kind: 'saved' });
    expect(await nodes[1].listRollouts(rollout.environment, { limit: 10, active: true })).toEqual([successor]);
    // A rollout that keeps its rule leaves it to nobody.
    const kept = buildDecision(successor, { active: true, successor: buildRollout(rollout.environment) });
    await expect(storage.saveDecision(kept, null)).rejects.toThrow('did not leave its rule');
    expect(await nodes[1].findRollout(rollout.environment, successor.id)).toEqual(successor);
  });

  test('of decisions that only tell what is waited for the newest are kept, of others every one', async () => {
    const { storage } = get();
    const rollout = await startRollout(storage);
    const kept = [2, 2, null, 2, 2, null, 2];
    for (const [index, waitsKept] of kept.entries()) {
      await storage.saveDecision(buildDecision(rollout, { expectedVersion: index + 1, waitsKept }), null);
    }
    const left = await storage.listDecisions(rollout.id, { limit: 10 });
    expect(left.map(({ sequence }) => sequence)).toEqual([7, 6, 5, 3]);
  });

  test('rollouts are listed by id, by flag and by being active', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    const rollouts = [
      buildRollout(environment, { flagKey: 'a' }),
      buildRollout(environment, { flagKey: 'b' }),
      buildRollout(environment, { flagKey: 'b', active: false }),
    ];
    for (const rollout of rollouts) await storage.createRollout(rollout);
    const [first, second, third] = rollouts;
    expect(await storage.listRollouts(environment, { limit: 10 })).toEqual(rollouts);
    expect(await storage.listRollouts(environment, { limit: 10, active: true })).toEqual([first, second]);
    expect(await storage.listRollouts(environment, { limit: 10, active: false })).toEqual([third]);
    expect(await storage.listRollouts(environment, { limit: 10, flagKey: 'b' })).toEqual([second, third]);
    expect(await storage.listRollouts(environment, { limit: 10, flagKey: 'b', active: true })).toEqual([second]);
    expect(await storage.listRollouts(environment, { after: first?.id ?? '', limit: 1 })).toEqual([second]);
  });

  test('the newest rollout of a flag is the active one, or else the one that was made last and begun', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    const find = () => storage.findNewestRollout(environment, 'new-checkout');
    const ended = async (createdAtMs: number) => {
      const rollout = buildRollout(environment, { createdAtMs });
      await storage.createRollout(rollout);
      await storage.saveDecision(buildDecision(rollout, { active: false }), null);
      return rollout.id;
    };
    await ended(5);
    const last = await ended(7);
    await ended(6);
    await storage.createRollout(buildRollout(environment, { createdAtMs: 9, active: false }));
    expect((await find())?.id).toBe(last);
    const active = buildRollout(environment, { createdAtMs: 1 });
    await storage.createRollout(active);
    expect(await find()).toEqual(active);
    expect(await storage.findNewestRollout(environment, 'other')).toBeUndefined();
    expect(await storage.findNewestRollout(await createEnvironment(storage), 'new-checkout')).toBeUndefined();
  });

  test('a decision is one step of the rollout, the flag, the decision log and the batch log', async () => {
    const { storage } = get();
    const rollout = await startRollout(storage);
    const { environment } = rollout;
    const lease = await storage.acquireLease(environment, 'a', LONG_MS);
    const change = buildChange(environment, { document: 'treatment', expectedRevision: 1, action: 'rollout' });
    const decision = buildDecision(rollout, { change, records: buildRecords(environment, 'epoch-closed') });
    const outcome = await storage.saveDecision(decision, lease ?? null);
    expect(outcome).toEqual({ kind: 'saved', version: 2, sequence: 1, revision: 2 });

    const after = await observe(storage, rollout);
    const saved = { ...rollout, state: SUCCEEDED, version: 2, servedRevision: 2, updatedAtMs: decision.atMs };
    expect(after.rollout).toEqual(saved);
    expect(after.document).toMatchObject({ revision: 2, document: 'treatment' });
    expect(after.changes.map((row) => row.action)).toEqual(['create', 'rollout']);
    expect(after.records).toEqual(['epoch-closed']);
    expect(after.decisions).toEqual([
      {
        rolloutId: rollout.id,
        sequence: 1,
        decision: decision.decision,
        input: decision.input,
        revision: 2,
        atMs: decision.atMs,
      },
    ]);
    expect(JSON.stringify(after.decisions[0]?.input)).toBe(JSON.stringify(decision.input));
  });

  test('a decision that serves nothing new makes no change', async () => {
    const { storage } = get();
    const rollout = await startRollout(storage);
    const outcome = await storage.saveDecision(buildDecision(rollout, { state: PROGRESSING }), null);
    expect(outcome).toEqual({ kind: 'saved', version: 2, sequence: 1, revision: null });
    expect(await storage.currentRevision(rollout.environment)).toBe(1);
  });

  test('a decision after which evidence begins anew moves the rollout to the next epoch and plan', async () => {
    const { storage } = get();
    const rollout = await startRollout(storage);
    const plan = { ...rollout.plan, attempt: 2 };
    await storage.saveDecision(buildDecision(rollout, { epoch: 2, plan }), null);
    expect(await storage.findRollout(rollout.environment, rollout.id)).toMatchObject({ epoch: 2, plan });
  });

  test('a rollout that ended is active again, unless its rule has another owner by then', async () => {
    const { storage } = get();
    const rollout = await startRollout(storage);
    await storage.saveDecision(buildDecision(rollout, { active: false }), null);
    const other = buildRollout(rollout.environment);
    await storage.createRollout(other);
    const again = buildDecision(rollout, { expectedVersion: 2, active: true });
    expect(await storage.saveDecision(again, null)).toEqual({ kind: 'rule-taken' });
    await storage.saveDecision(buildDecision(other, { active: false }), null);
    expect(await storage.saveDecision(again, null)).toMatchObject({ kind: 'saved', version: 3 });
    expect(await storage.findRollout(rollout.environment, rollout.id)).toMatchObject({ active: true });
  });

  test('of several rollouts of one rule that become active at once, one does, and the others are told', async () => {
    const { storage, nodes } = get();
    const environment = await createEnvironment(storage);
    const drafts = Array.from({ length: 9 }, () => buildRollout(environment, { active: false }));
    for (const draft of drafts) await storage.createRollout(draft);
    const outcomes = await Promise.all(
      drafts.map((draft, index) => {
        const node = nodes[index % nodes.length] ?? storage;
        return node.saveDecision(buildDecision(draft, { active: true }), null);
      }),
    );
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual([...Array(8).fill('rule-taken'), 'saved']);
    expect(await storage.listRollouts(environment, { limit: 10, active: true })).toHaveLength(1);
  });

  test('the published revision of a rollout is that of the last decision that made a change', async () => {
    const { storage } = get();
    const rollout = await startRollout(storage);
    const change = buildChange(rollout.environment, { document: 'treatment', expectedRevision: 1 });
    await storage.saveDecision(buildDecision(rollout, { change }), null);
    await storage.saveDecision(buildDecision(rollout, { expectedVersion: 2 }), null);
    expect(await storage.findRollout(rollout.environment, rollout.id)).toMatchObject({ servedRevision: 2 });
  });

  test('an environment is frozen until its freeze is replaced or ended, and no other is', async () => {
    const { storage } = get();
    const [environment, other] = [await createEnvironment(storage), await createEnvironment(storage)];
    const freeze = { untilMs: null, reason: 'the "sale"', by: ACTOR, atMs: 5 };
    expect(await storage.findFreeze(environment)).toBeUndefined();
    expect(await storage.saveFreeze(environment, freeze)).toBe(true);
    expect(await storage.findFreeze(environment)).toEqual(freeze);
    expect(await storage.findFreeze(other)).toBeUndefined();
    expect(await storage.saveFreeze(environment, { ...freeze, untilMs: 9 })).toBe(true);
    expect(await storage.findFreeze(environment)).toEqual({ ...freeze, untilMs: 9 });
    expect(await storage.saveFreeze(environment, null)).toBe(true);
    expect(await storage.findFreeze(environment)).toBeUndefined();
    expect(await storage.saveFreeze('no/environment', freeze)).toBe(false);
    expect(await storage.saveFreeze('no/environment', null)).toBe(false);
  });

  test('a refused decision leaves nothing behind, whatever refused it', async () => {
    const { storage } = get();
    const rollout = await startRollout(storage);
    const { environment } = rollout;
    const lost = await storage.acquireLease(environment, 'a', 0);
    const lease = await storage.acquireLease(environment, 'b', LONG_MS);
    if (lost === undefined || lease === undefined) throw new Error('expected both leases');
    const before = await observe(storage, rollout);
    const change = buildChange(environment, { document: 'treatment', expectedRevision: 1 });
    const decision = buildDecision(rollout, { change, active: false, records: buildRecords(environment, 'closed') });

    expect(await storage.saveDecision(decision, lost)).toEqual({ kind: 'lease-lost' });
    const staleRollout = { kind: 'stale-rollout' };
    expect(await storage.saveDecision({ ...decision, expectedVersion: 2 }, lease)).toEqual(staleRollout);
    expect(await storage.saveDecision({ ...decision, rolloutId: 'no-such-rollout' }, lease)).toEqual(staleRollout);
    const staleFlag = { ...decision, change: { ...change, expectedRevision: 7 } };
    expect(await storage.saveDecision(staleFlag, lease)).toEqual({ kind: 'stale-flag', currentRevision: 1 });
    expect(await observe(storage, rollout)).toEqual(before);
  });

  test('of many decisions at once on one version of a rollout, one is saved', async () => {
    const { storage, nodes } = get();
    const rollout = await startRollout(storage);
    const { environment } = rollout;
    const outcomes = await Promise.all(
      Array.from({ length: 9 }, (_, index) => {
        const change = buildChange(environment, { document: index, expectedRevision: 1 });
        const records = buildRecords(environment, `decision ${index}`);
        return nodes[index % nodes.length]?.saveDecision(buildDecision(rollout, { change, records }), null);
      }),
    );
    expect(outcomes.filter((outcome) => outcome?.kind === 'saved')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome?.kind === 'stale-rollout')).toHaveLength(8);
    const after = await observe(storage, rollout);
    expect([after.revision, after.decisions.length, after.records.length]).toEqual([2, 1, 1]);
  });

  test('decisions, changes and batches at once on all nodes all come through', async () => {
    const { storage, nodes } = get();
    const rollout = await startRollout(storage);
    const { environment } = rollout;
    const decide = async () => {
      for (let version = 1; version <= 10; version++) {
        const records = buildRecords(environment, `decision ${version}`);
        const change = buildChange(environment, { key: `rollout-${version}` });
        const decision = buildDecision(rollout, { expectedVersion: version, change, records });
        const outcome = await nodes[version % nodes.length]?.saveDecision(decision, null);
        expect(outcome).toMatchObject({ kind: 'saved', version: version + 1, sequence: version });
      }
    };
    const edit = async (node: Storage, name: string) => {
      for (let round = 0; round < 10; round++) {
        const outcome = await node.appendChange(buildChange(environment, { key: `${name}-${round}` }));
        expect(outcome.kind).toBe('appended');
      }
    };
    const report = async (node: Storage, name: string) => {
      for (let round = 0; round < 10; round++) await node.appendRecords(buildRecords(environment, `${name} ${round}`));
    };
    await Promise.all([
      decide(),
      ...nodes.map((node, index) => edit(node, `editor-${index}`)),
      ...nodes.map((node, index) => report(node, `sdk-${index}`)),
    ]);
    const changes = await storage.listChanges(environment, 0, 100);
    expect(changes.map((change) => change.revision)).toEqual(Array.from({ length: 41 }, (_, index) => index + 1));
    expect(await readAllRecords(storage, environment)).toHaveLength(40);
  });

  test('decisions are told newest first, in pages', async () => {
    const { storage } = get();
    const rollout = await startRollout(storage);
    for (let version = 1; version <= 4; version++) {
      await storage.saveDecision(buildDecision(rollout, { expectedVersion: version }), null);
    }
    const sequences = async (page: { beforeSequence?: number; limit: number }) =>
      (await storage.listDecisions(rollout.id, page)).map((decision) => decision.sequence);
    expect(await sequences({ limit: 3 })).toEqual([4, 3, 2]);
    expect(await storage.findDecision(rollout.id, 2)).toMatchObject({ rolloutId: rollout.id, sequence: 2 });
    expect(await storage.findDecision(rollout.id, 5)).toBeUndefined();
    expect(await sequences({ beforeSequence: 2, limit: 3 })).toEqual([1]);
    expect(await storage.listDecisions('no-such-rollout', { limit: 3 })).toEqual([]);
  });
}
