import { evaluate } from '@tidegate/evaluation';
import type { Snapshot } from '@tidegate/protocol/types';
import { buildFlag, buildSegment } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { LOG_WENT_BACK_AFTER_MS, RulesStore } from './rules-store.ts';

const OFF = buildFlag({ enabled: false });
const ON = buildFlag({ enabled: true });
const NOW = { context: undefined, nowMs: 0 };

function snapshot(overrides: Partial<Snapshot> = {}): Snapshot {
  return { protocol: 1, environment: 'default/production', revision: 5, flags: [OFF], segments: [], ...overrides };
}

function storeAt(revision: number): RulesStore {
  const store = new RulesStore();
  store.takeSnapshot(snapshot({ revision }), NOW);
  return store;
}

function served(store: RulesStore): unknown {
  return store.rules && evaluate(store.rules, 'new-checkout', { targetingKey: 'ann' }).value;
}

test('an empty store takes any snapshot, also one of revision 0', () => {
  const store = new RulesStore();
  expect(store.takeSnapshot(snapshot({ revision: 0 }), NOW)).toEqual({ kind: 'taken', flagKeys: ['new-checkout'] });
  expect(served(store)).toBe(false);
  expect(store.source).toBe('server');
});

test('a newer snapshot replaces the one held, and names the flags that may answer otherwise', () => {
  const store = storeAt(5);
  const other = buildFlag({ key: 'other' });
  const outcome = store.takeSnapshot(snapshot({ revision: 6, flags: [ON, other] }), NOW);
  expect(outcome).toEqual({ kind: 'taken', flagKeys: ['new-checkout', 'other'] });
  expect(served(store)).toBe(true);
});

test('a snapshot of the revision held changes nothing', () => {
  const store = storeAt(5);
  expect(store.takeSnapshot(snapshot({ flags: [ON] }), NOW)).toEqual({ kind: 'same' });
  expect(served(store)).toBe(false);
});

test('an older snapshot does not replace a newer one', () => {
  const store = storeAt(5);
  expect(store.takeSnapshot(snapshot({ revision: 4, flags: [ON] }), NOW)).toEqual({ kind: 'older' });
  expect(served(store)).toBe(false);
});

test('a server that went back for good is followed after a minute of nothing but older revisions', () => {
  const store = storeAt(5);
  const older = snapshot({ revision: 4, flags: [ON] });
  store.takeSnapshot(older, { context: undefined, nowMs: 1_000 });
  expect(store.takeSnapshot(older, { context: undefined, nowMs: LOG_WENT_BACK_AFTER_MS })).toEqual({ kind: 'older' });
  const outcome = store.takeSnapshot(older, { context: undefined, nowMs: 1_000 + LOG_WENT_BACK_AFTER_MS });
  expect(outcome.kind).toBe('taken');
  expect(store.revision).toBe(4);
});

test('a word of the revision held in between starts that minute anew', () => {
  const store = storeAt(5);
  const older = snapshot({ revision: 4, flags: [ON] });
  store.takeSnapshot(older, { context: undefined, nowMs: 0 });
  store.takeSnapshot(snapshot(), { context: undefined, nowMs: 30_000 });
  expect(store.takeSnapshot(older, { context: undefined, nowMs: LOG_WENT_BACK_AFTER_MS })).toEqual({ kind: 'older' });
});

test('another environment replaces whatever is held', () => {
  const store = storeAt(5);
  expect(store.takeSnapshot(snapshot({ environment: 'default/staging', revision: 1 }), NOW).kind).toBe('taken');
});

test('values for another context replace those held at the same revision', () => {
  const store = storeAt(5);
  const context = { targetingKey: 'bob' };
  expect(store.takeSnapshot(snapshot({ flags: [ON] }), { context, nowMs: 0 }).kind).toBe('taken');
  expect(store.held?.context).toBe(context);
});

test('a delta from the revision held is applied', () => {
  const store = storeAt(5);
  const outcome = store.takeDelta({
    fromRevision: 5,
    revision: 6,
    changes: [{ kind: 'flag', key: ON.key, document: ON }],
  });
  expect(outcome).toEqual({ kind: 'taken', flagKeys: ['new-checkout'] });
  expect(served(store)).toBe(true);
  expect(store.revision).toBe(6);
});

test('a delta without changes still moves the revision', () => {
  const store = storeAt(5);
  expect(store.takeDelta({ fromRevision: 5, revision: 6, changes: [] })).toEqual({ kind: 'taken', flagKeys: [] });
  expect(store.revision).toBe(6);
});

test('a delta that takes a flag away leaves it unknown', () => {
  const store = storeAt(5);
  store.takeDelta({ fromRevision: 5, revision: 6, changes: [{ kind: 'flag', key: OFF.key, document: null }] });
  expect(store.rules && evaluate(store.rules, OFF.key, {}).errorCode).toBe('FLAG_NOT_FOUND');
});

test('a delta that is not newer is ignored, and one that skips a revision is a gap', () => {
  const store = storeAt(5);
  expect(store.takeDelta({ fromRevision: 4, revision: 5, changes: [] })).toEqual({ kind: 'older' });
  expect(store.takeDelta({ fromRevision: 6, revision: 7, changes: [] })).toEqual({ kind: 'gap' });
  expect(store.takeDelta({ fromRevision: 4, revision: 6, changes: [] })).toEqual({ kind: 'gap' });
  expect(new RulesStore().takeDelta({ fromRevision: 0, revision: 1, changes: [] })).toEqual({ kind: 'gap' });
});

test('a flag that leans on a changed segment or prerequisite counts as changed', () => {
  const store = new RulesStore();
  const inner = buildSegment({ key: 'inner' });
  const outer = buildSegment({ key: 'outer', condition: { any: [{ not: { segment: 'inner' } }] } });
  const rule = { id: 'r', condition: { segment: 'outer' }, serve: { kind: 'variation', variation: 'on' } } as const;
  const leaning = buildFlag({ key: 'leaning', rules: [rule] });
  const dependent = buildFlag({ key: 'dependent', prerequisites: [{ flag: 'leaning', variations: ['on'] }] });
  const aside = buildFlag({ key: 'aside' });
  store.takeSnapshot(snapshot({ flags: [leaning, dependent, aside], segments: [inner, outer] }), NOW);
  const document = buildSegment({ key: 'inner', included: ['ann'] });
  const outcome = store.takeDelta({
    fromRevision: 5,
    revision: 6,
    changes: [{ kind: 'segment', key: 'inner', document }],
  });
  expect(outcome).toEqual({ kind: 'taken', flagKeys: ['leaning', 'dependent'] });
});

test('circles and broken documents do not end the process', () => {
  const store = storeAt(5);
  const circular = [
    buildFlag({ key: 'a', prerequisites: [{ flag: 'b', variations: ['on'] }] }),
    buildFlag({ key: 'b', prerequisites: [{ flag: 'a', variations: ['on'] }] }),
  ];
  // What a broken server might send: the envelope is checked, the inside of a document is not.
  const broken = [
    { key: 'c', rules: 7, prerequisites: {} },
    { key: 'd', rules: [null], fallthrough: null },
  ] as never[];
  expect(store.takeSnapshot(snapshot({ revision: 6, flags: [...circular, ...broken] }), NOW).kind).toBe('taken');
  expect(store.takeSnapshot(snapshot({ revision: 7, flags: [ON] }), NOW).kind).toBe('taken');
  expect(served(store)).toBe(true);
});

test('the units of rollouts are known by their paths, the targeting key always', () => {
  const store = new RulesStore();
  const rollout = {
    kind: 'rollout',
    rolloutId: 'r',
    epoch: 1,
    stageIndex: 0,
    treatment: 'on',
    control: 'off',
    treatmentPpm: 1,
    unit: 'org.id',
  } as const;
  store.takeSnapshot(snapshot({ flags: [buildFlag({ fallthrough: rollout })] }), NOW);
  expect(store.held?.unitPaths).toEqual(['targetingKey', 'org.id']);
});

test('cached rules answer until the server speaks, and never replace what it said', () => {
  const store = new RulesStore();
  expect(store.takeCached(snapshot(), undefined).kind).toBe('taken');
  expect(store.source).toBe('cache');
  store.takeSnapshot(snapshot(), NOW);
  expect(store.source).toBe('server');
  expect(store.takeCached(snapshot({ revision: 9 }), undefined)).toEqual({ kind: 'older' });
});
