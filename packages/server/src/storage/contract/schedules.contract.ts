import { expect, test } from 'vitest';
import type { Storage } from '../storage.ts';
import { ACTOR, buildChange, buildSchedule, createEnvironment } from './builders.contract.ts';
import type { GetStorageUnderTest } from './storage-under-test.contract.ts';

const APPLIED = { kind: 'applied', settledAtMs: 1_700_000_100_000 } as const;
const REFUSED = { ...APPLIED, kind: 'refused', code: 'archived', detail: 'it is "gone"' } as const;
const CANCELLED = { ...APPLIED, kind: 'cancelled', by: ACTOR, reason: 'no' } as const;
const MANY = 100;

export function schedulesContract(get: GetStorageUnderTest): void {
  test('a scheduled change remembers where the environment stood, and comes back as it was made', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    await storage.appendChange(buildChange(environment));
    const made = buildSchedule(environment, { patch: { description: null, nul: '\u0000' } });
    const schedule = { ...made, madeAtRevision: 1, state: { kind: 'pending' }, revision: null };
    expect(await storage.createSchedule(made, MANY)).toEqual({ kind: 'created', schedule });
    expect(await storage.findSchedule(environment, made.id)).toEqual(schedule);
    expect(await storage.findSchedule(await createEnvironment(storage), made.id)).toBeUndefined();
    expect(await storage.createSchedule(buildSchedule('no/such'), MANY)).toEqual({ kind: 'no-environment' });
  });

  test('of many that are made at once a flag takes as many as it may, and more when one was settled', async () => {
    const { storage, nodes } = get();
    const environment = await createEnvironment(storage);
    const make = (node: Storage | undefined) => node?.createSchedule(buildSchedule(environment), 3);
    const outcomes = await Promise.all(Array.from({ length: 9 }, (_, index) => make(nodes[index % nodes.length])));
    const created = outcomes.flatMap((outcome) => (outcome?.kind === 'created' ? [outcome.schedule.id] : []));
    expect(created).toHaveLength(3);
    expect(outcomes.filter((outcome) => outcome?.kind === 'too-many')).toHaveLength(6);
    const other = buildSchedule(environment, { flagKey: 'other' });
    expect(await storage.createSchedule(other, 3)).toMatchObject({ kind: 'created' });
    const [scheduleId = ''] = created;
    await storage.settleSchedule({ environment, scheduleId, state: CANCELLED, checked: null }, null);
    expect(await make(storage)).toMatchObject({ kind: 'created' });
  });

  test('what is due is told in the order in which it is to happen, and nothing before its time', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    const at = (atMs: number, createdAtMs: number) => buildSchedule(environment, { atMs, createdAtMs });
    const schedules = [at(300, 3), at(200, 2), at(200, 1), at(100, 4), at(301, 0)];
    for (const schedule of schedules) await storage.createSchedule(schedule, MANY);
    const [third, second, first, zeroth] = schedules.map((schedule) => schedule.id);
    const due = async (nowMs: number, limit: number) =>
      (await storage.listDueSchedules(environment, nowMs, limit)).map((schedule) => schedule.id);
    expect(await due(99, 10)).toEqual([]);
    expect(await due(300, 10)).toEqual([zeroth, first, second, third]);
    expect(await due(300, 2)).toEqual([zeroth, first]);
    expect(await storage.listDueSchedules(await createEnvironment(storage), 300, 10)).toEqual([]);
  });

  test('schedules are listed by id, by flag and by whether they wait', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    const schedules = ['a', 'b', 'b'].map((flagKey) => buildSchedule(environment, { flagKey }));
    for (const schedule of schedules) await storage.createSchedule(schedule, MANY);
    const [first, second, third] = schedules.map((schedule) => schedule.id);
    if (second === undefined) throw new Error('expected three');
    await storage.settleSchedule({ environment, scheduleId: second, state: REFUSED, checked: null }, null);
    const list = async (filter: { flagKey?: string; pending?: boolean; after?: string; limit?: number }) =>
      (await storage.listSchedules(environment, { limit: 10, ...filter })).map((schedule) => schedule.id);
    expect(await list({})).toEqual([first, second, third]);
    expect(await list({ pending: true })).toEqual([first, third]);
    expect(await list({ pending: false })).toEqual([second]);
    expect(await list({ flagKey: 'b', pending: true })).toEqual([third]);
    expect(await list({ after: second })).toEqual([third]);
    expect(await list({ limit: 1 })).toEqual([first]);
  });

  test('what became of a schedule and the change that it made are one step', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    const schedule = buildSchedule(environment);
    await storage.createSchedule(schedule, MANY);
    const settlement = settlementOf(environment, schedule.id, 0);
    const settled = { ...schedule, madeAtRevision: 0, state: APPLIED, revision: 1 };
    expect(await storage.settleSchedule(settlement, null)).toEqual({ kind: 'settled', schedule: settled });
    expect(await storage.findSchedule(environment, schedule.id)).toEqual(settled);
    expect(await storage.listChanges(environment, 0, 10)).toMatchObject([{ revision: 1, action: 'scheduled' }]);
    expect(await storage.listDueSchedules(environment, schedule.atMs, 10)).toEqual([]);
    expect(await storage.settleSchedule(settlement, null)).toEqual({ kind: 'not-pending' });
    expect(await storage.currentRevision(environment)).toBe(1);
  });

  test('a settlement that is refused leaves the schedule pending and the flag as it is', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    const schedule = buildSchedule(environment);
    await storage.createSchedule(schedule, MANY);
    const lost = await storage.acquireLease(environment, 'a', 0);
    const lease = await storage.acquireLease(environment, 'b', 600_000);
    if (lost === undefined || lease === undefined) throw new Error('expected both leases');
    expect(await storage.settleSchedule(settlementOf(environment, schedule.id, 0), lost)).toEqual({
      kind: 'lease-lost',
    });
    await storage.appendChange(buildChange(environment, { key: 'other' }));
    expect(await storage.settleSchedule(settlementOf(environment, schedule.id, 0), lease)).toEqual({
      kind: 'overtaken',
      currentRevision: 1,
    });
    expect(await storage.settleSchedule(settlementOf(environment, 'no-such', 1), lease)).toEqual({
      kind: 'not-pending',
    });
    expect(await storage.findSchedule(environment, schedule.id)).toMatchObject({ state: { kind: 'pending' } });
    expect(await storage.currentRevision(environment)).toBe(1);
    const outcome = await storage.settleSchedule(settlementOf(environment, schedule.id, 1), lease);
    expect(outcome).toMatchObject({ kind: 'settled', schedule: { revision: 2 } });
  });

  test('of many settlements at once, applying and cancelling, one is made', async () => {
    const { storage, nodes } = get();
    const environment = await createEnvironment(storage);
    const schedule = buildSchedule(environment);
    await storage.createSchedule(schedule, MANY);
    const cancelling = { environment, scheduleId: schedule.id, state: CANCELLED, checked: null };
    const outcomes = await Promise.all(
      Array.from({ length: 9 }, (_, index) =>
        nodes[index % nodes.length]?.settleSchedule(
          index % 2 === 0 ? settlementOf(environment, schedule.id, 0) : cancelling,
          null,
        ),
      ),
    );
    const settled = outcomes.flatMap((outcome) => (outcome?.kind === 'settled' ? [outcome.schedule] : []));
    expect(settled).toHaveLength(1);
    expect(await storage.findSchedule(environment, schedule.id)).toEqual(settled[0]);
    expect(await storage.currentRevision(environment)).toBe(settled[0]?.state.kind === 'applied' ? 1 : 0);
  });
}

function settlementOf(environment: string, scheduleId: string, atRevision: number) {
  const change = buildChange(environment, { action: 'scheduled' });
  return { environment, scheduleId, state: APPLIED, checked: { change, atRevision } };
}
