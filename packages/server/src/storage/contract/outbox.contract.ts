import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { LeaseToken, NewNotice, NoticeClaim, RolloutRow, Storage } from '../storage.ts';
import { buildDecision, buildRollout, createEnvironment } from './builders.contract.ts';
import type { GetStorageUnderTest } from './storage-under-test.contract.ts';

const LONG_MS = 600_000;
const AT_MS = 1_700_000_000_500;

function buildNotice(overrides: Partial<NewNotice> = {}): NewNotice {
  const document = { text: 'line\nline', nul: '\u0000' };
  return { kind: 'killed', target: 'channel:ops', lane: 'channel:ops', document, ...overrides };
}

interface Outbox {
  readonly environment: string;
  readonly lease: LeaseToken;
  readonly rollout: RolloutRow;
  /** Saves a decision with these notices. */
  decide(notices: readonly NewNotice[], rollout?: RolloutRow): Promise<void>;
  claim(overrides?: Partial<NoticeClaim>): ReturnType<Storage['claimNotices']>;
}

async function openOutbox(storage: Storage): Promise<Outbox> {
  const environment = await createEnvironment(storage);
  const lease = await storage.acquireLease(environment, 'holder', LONG_MS);
  if (lease === undefined) throw new Error('expected a lease');
  const rollout = buildRollout(environment);
  await storage.createRollout(rollout);
  return {
    environment,
    lease,
    rollout,
    async decide(notices, of = rollout) {
      const row = await storage.findRollout(environment, of.id);
      const decision = buildDecision(of, { expectedVersion: row?.version ?? 0, notices, atMs: AT_MS });
      expect(await storage.saveDecision(decision, null)).toMatchObject({ kind: 'saved' });
    },
    claim: (overrides = {}) =>
      storage.claimNotices({ environment, nowMs: AT_MS, claimMs: 1_000, perLane: 4, limit: 100, ...overrides }, lease),
  };
}

const kindsOf = (notices: readonly { kind: string }[]) => notices.map(({ kind }) => kind);

export function outboxContract(get: GetStorageUnderTest): void {
  test('a decision that is saved is a notice to send, as it was made, under its id', async () => {
    const { storage } = get();
    const { environment, rollout, decide, claim } = await openOutbox(storage);
    await decide([buildNotice()]);
    const made = {
      id: `${rollout.id}/1/1/killed/channel:ops`,
      environment,
      rolloutId: rollout.id,
      sequence: 1,
      ...buildNotice(),
      state: 'waiting',
      createdAtMs: AT_MS,
      waitsSinceMs: AT_MS,
      dueAtMs: AT_MS,
      settledAtMs: null,
      failure: null,
    };
    expect(await storage.listNotices(environment, { limit: 10 })).toEqual([
      { ...made, tries: 0, number: expect.any(Number) },
    ]);
    expect(await claim()).toMatchObject([{ ...made, tries: 1 }]);
  });

  test('a decision that is refused tells nobody', async () => {
    const { storage } = get();
    const { environment, rollout } = await openOutbox(storage);
    const refused = buildDecision(rollout, { expectedVersion: 7, notices: [buildNotice()] });
    expect(await storage.saveDecision(refused, null)).toEqual({ kind: 'stale-rollout' });
    expect(await storage.listNotices(environment, { limit: 10 })).toEqual([]);
  });

  test('of one rollout and target only the oldest that waits is claimed, and the next when it is over', async () => {
    const { storage } = get();
    const { environment, decide, claim } = await openOutbox(storage);
    const other = buildRollout(environment, { rule: 'other' });
    await storage.createRollout(other);
    await decide([buildNotice({ kind: 'started' }), buildNotice({ kind: 'held', target: 'channel:team' })]);
    await decide([buildNotice({ kind: 'step' })]);
    await decide([buildNotice({ kind: 'paused' })], other);
    const first = await claim();
    expect(kindsOf(first)).toEqual(['started', 'held', 'paused']);
    expect(await claim()).toEqual([]);
    for (const notice of first.slice(0, 1)) await storage.settleNotice(notice, { state: 'sent', atMs: AT_MS });
    expect(kindsOf(await claim())).toEqual(['step']);
  });

  test('what was claimed and not settled is claimed again, and only the last claim settles it', async () => {
    const { storage } = get();
    const { environment, decide, claim } = await openOutbox(storage);
    await decide([buildNotice()]);
    const [lost] = await claim();
    const [again] = await claim({ nowMs: AT_MS + 1_000 });
    if (lost === undefined || again === undefined) throw new Error('expected two claims');
    expect(again).toMatchObject({ id: lost.id, tries: 2 });
    expect(await storage.findLongestWait(environment)).toBe(AT_MS);
    expect(await storage.settleNotice(lost, { state: 'sent', atMs: AT_MS })).toBe(false);
    expect(await storage.settleNotice(again, { state: 'sent', atMs: AT_MS })).toBe(true);
    expect(await storage.findLongestWait(environment)).toBeNull();
    expect(await storage.settleNotice(again, { state: 'sent', atMs: AT_MS })).toBe(false);
    expect(await storage.listNotices(environment, { limit: 10 })).toMatchObject([
      { state: 'sent', settledAtMs: AT_MS },
    ]);
  });

  test('of one lane no more are under way than it allows, and other lanes do not wait for it', async () => {
    const { storage } = get();
    const { environment, decide, claim } = await openOutbox(storage);
    for (const rule of ['a', 'b', 'c']) {
      const rollout = buildRollout(environment, { rule });
      await storage.createRollout(rollout);
      await decide([buildNotice(), buildNotice({ target: 'hook:0', lane: 'host:ci' })], rollout);
    }
    const first = await claim({ perLane: 2 });
    expect(first.map(({ lane }) => lane)).toEqual(['channel:ops', 'host:ci', 'channel:ops', 'host:ci']);
    const [one] = first;
    if (one === undefined) throw new Error('expected a claim');
    await storage.settleNotice(one, { state: 'waiting', dueAtMs: AT_MS + 500, failure: 'slow' });
    expect((await claim({ perLane: 2 })).map(({ lane }) => lane)).toEqual(['channel:ops']);
  });

  test('two nodes never claim the same notice, and one whose lease is lost claims none', async () => {
    const { storage, nodes } = get();
    const { environment, lease, decide } = await openOutbox(storage);
    await decide([buildNotice()]);
    const claim = { environment, nowMs: AT_MS, claimMs: 1_000, perLane: 4, limit: 100 };
    expect(await storage.claimNotices(claim, { ...lease, epoch: lease.epoch + 1 })).toEqual([]);
    const claimed = await Promise.all(nodes.map((node) => node.claimNotices(claim, lease)));
    expect(claimed.flat()).toHaveLength(1);
  });

  test('what is told once is put there once, also of two decisions', async () => {
    const { storage } = get();
    const { environment, rollout, decide } = await openOutbox(storage);
    const held = buildNotice({ kind: 'held', once: 'stage 1: no-data' });
    await decide([held, { ...held, target: 'channel:team' }]);
    await decide([held]);
    const of = { environment, rolloutId: rollout.id, attempt: 1, sequence: 2, atMs: AT_MS };
    await storage.addNotices(of, [buildNotice({ kind: 'stuck', once: 'stage 1' })]);
    await storage.addNotices(of, [buildNotice({ kind: 'stuck', once: 'stage 1' })]);
    await storage.addNotices(of, []);
    const kinds = kindsOf(await storage.listNotices(environment, { limit: 10 }));
    expect(kinds).toEqual(['stuck', 'held', 'held']);
  });

  test('what is told once may be said in many words, for a stage may wait for many gates', async () => {
    const { storage } = get();
    const { environment, rollout } = await openOutbox(storage);
    const of = { environment, rolloutId: rollout.id, attempt: 1, sequence: 2, atMs: AT_MS };
    // Names as no database can write them shorter.
    const gates = Array.from({ length: 100 }, (_, index) => createHash('sha256').update(`${index}`).digest('hex'));
    const asked = buildNotice({ kind: 'approval-needed', once: gates.join(' ') });
    await storage.addNotices(of, [asked]);
    await storage.addNotices({ ...of, sequence: 3 }, [asked]);
    expect(await storage.listNotices(environment, { limit: 10 })).toHaveLength(1);
  });

  test('what was given up is listed, and sent again when somebody says so', async () => {
    const { storage } = get();
    const { environment, decide, claim } = await openOutbox(storage);
    await decide([buildNotice(), buildNotice({ target: 'channel:team' })]);
    const [notice] = await claim();
    if (notice === undefined) throw new Error('expected a claim');
    await storage.settleNotice(notice, { state: 'given-up', atMs: AT_MS, failure: 'nobody answers' });
    const givenUp = await storage.listNotices(environment, { limit: 10, state: 'given-up' });
    expect(givenUp).toMatchObject([{ number: notice.number, failure: 'nobody answers', settledAtMs: AT_MS }]);
    expect(await storage.resendNotice('other/environment', notice.number, AT_MS + 5)).toBe(false);
    expect(await storage.resendNotice(environment, notice.number, AT_MS + 5)).toBe(true);
    expect(await storage.resendNotice(environment, notice.number, AT_MS + 5)).toBe(false);
    expect(await claim({ nowMs: AT_MS + 5 })).toMatchObject([{ number: notice.number, waitsSinceMs: AT_MS + 5 }]);
  });

  test('notices are told newest first, in pages, of one rollout or of all', async () => {
    const { storage } = get();
    const { environment, rollout, decide } = await openOutbox(storage);
    for (const kind of ['started', 'step', 'killed']) await decide([buildNotice({ kind })]);
    const [newest, ...rest] = await storage.listNotices(environment, { limit: 10, rolloutId: rollout.id });
    expect(kindsOf(await storage.listNotices(environment, { limit: 1 }))).toEqual(['killed']);
    expect(kindsOf(rest)).toEqual(['step', 'started']);
    const before = newest?.number ?? 0;
    expect(kindsOf(await storage.listNotices(environment, { limit: 1, before }))).toEqual(['step']);
    expect(await storage.listNotices(environment, { limit: 1, rolloutId: 'other' })).toEqual([]);
  });

  test('the outbox is bounded by age and by count, and what waits is given up before it is forgotten', async () => {
    const { storage } = get();
    const { environment, decide, claim } = await openOutbox(storage);
    for (const kind of ['started', 'step', 'held', 'killed']) await decide([buildNotice({ kind })]);
    const limits = { nowMs: AT_MS, waitingMax: 100, settledMax: 100, sentForMs: 1_000, givenUpForMs: 10_000 };
    const statesOf = async () =>
      (await storage.listNotices(environment, { limit: 10 })).map(({ kind, state }) => `${kind} ${state}`);
    await storage.trimNotices(environment, limits);
    expect(await statesOf()).toEqual(['killed waiting', 'held waiting', 'step waiting', 'started waiting']);
    for (const notice of await claim()) await storage.settleNotice(notice, { state: 'sent', atMs: AT_MS });
    await storage.trimNotices(environment, { ...limits, waitingMax: 1 });
    expect(await statesOf()).toEqual(['killed waiting', 'held given-up', 'step given-up', 'started sent']);
    await storage.trimNotices(environment, { ...limits, settledMax: 2 });
    expect(await statesOf()).toEqual(['killed waiting', 'held given-up', 'step given-up']);
    await storage.trimNotices(environment, { ...limits, nowMs: AT_MS + 10_001 });
    expect(await statesOf()).toEqual(['killed waiting']);
  });
}
