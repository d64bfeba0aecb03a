import { type JsonValue, rulesEvaluator } from '@tidegate/evaluation';
import type { Snapshot } from '@tidegate/protocol/types';
import { buildFlag, buildSegment } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { affectedFlags } from './affected-flags.ts';
import { createRulesStore, LOG_WENT_BACK_AFTER_MS, type RulesStore } from './rules-store.ts';

const SERVER = { evaluator: rulesEvaluator, epochMs: () => 0 };

const OFF = buildFlag({ enabled: false });
const ON = buildFlag({ enabled: true });

function snapshot(overrides: Partial<Snapshot> = {}): Snapshot {
  return { protocol: 1, environment: 'default/production', revision: 5, flags: [OFF], segments: [], ...overrides };
}

function storeAt(revision: number): RulesStore {
  const store = createRulesStore(SERVER);
  store.takeSnapshot(snapshot({ revision }), undefined, 0);
  return store;
}

function served(store: RulesStore): unknown {
  const evaluator = store.held()?.evaluator;
  return evaluator?.evaluate('new-checkout', { targetingKey: 'ann' }).value;
}

/** The flags that may answer otherwise after a word was taken. */
function changedBy(store: RulesStore, take: (store: RulesStore) => unknown): readonly string[] {
  const before = store.held() ?? { flags: [], segments: [] };
  expect(take(store)).toBe('taken');
  return affectedFlags(before, store.held() ?? { flags: [], segments: [] });
}

function nested(depth: number): JsonValue {
  let value: JsonValue = 0;
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

test('an empty store takes any snapshot, also one of revision 0', () => {
  const store = createRulesStore(SERVER);
  expect(store.takeSnapshot(snapshot({ revision: 0 }), undefined, 0)).toBe('taken');
  expect(served(store)).toBe(false);
  expect(store.source()).toBe('server');
});

test('a newer snapshot replaces the one held, and names the flags that may answer otherwise', () => {
  const store = storeAt(5);
  const other = buildFlag({ key: 'other' });
  const taken = snapshot({ revision: 6, flags: [ON, other] });
  expect(changedBy(store, ({ takeSnapshot }) => takeSnapshot(taken, undefined, 0))).toEqual(['new-checkout', 'other']);
  expect(served(store)).toBe(true);
});

test('a snapshot of the revision held changes nothing', () => {
  const store = storeAt(5);
  expect(store.takeSnapshot(snapshot({ flags: [ON] }), undefined, 0)).toBe('same');
  expect(served(store)).toBe(false);
});

test('an older snapshot does not replace a newer one', () => {
  const store = storeAt(5);
  expect(store.takeSnapshot(snapshot({ revision: 4, flags: [ON] }), undefined, 0)).toBe('older');
  expect(served(store)).toBe(false);
});

test('a server that went back for good is followed after a minute of nothing but older revisions', () => {
  const store = storeAt(5);
  const older = snapshot({ revision: 4, flags: [ON] });
  store.takeSnapshot(older, undefined, 1_000);
  expect(store.takeSnapshot(older, undefined, LOG_WENT_BACK_AFTER_MS)).toBe('older');
  const outcome = store.takeSnapshot(older, undefined, 1_000 + LOG_WENT_BACK_AFTER_MS);
  expect(outcome).toBe('taken');
  expect(store.revision()).toBe(4);
});

test('a word of the revision held in between starts that minute anew', () => {
  const store = storeAt(5);
  const older = snapshot({ revision: 4, flags: [ON] });
  store.takeSnapshot(older, undefined, 0);
  store.takeSnapshot(snapshot(), undefined, 30_000);
  expect(store.takeSnapshot(older, undefined, LOG_WENT_BACK_AFTER_MS)).toBe('older');
});

test('another environment replaces whatever is held', () => {
  const store = storeAt(5);
  expect(store.takeSnapshot(snapshot({ environment: 'default/staging', revision: 1 }), undefined, 0)).toBe('taken');
});

test('a delta from the revision held is applied', () => {
  const store = storeAt(5);
  const delta = {
    fromRevision: 5,
    revision: 6,
    changes: [{ kind: 'flag', key: ON.key, document: ON }],
  } as const;
  expect(changedBy(store, ({ takeDelta }) => takeDelta(delta))).toEqual(['new-checkout']);
  expect(served(store)).toBe(true);
  expect(store.revision()).toBe(6);
});

test('a delta without changes still moves the revision', () => {
  const store = storeAt(5);
  const delta = { fromRevision: 5, revision: 6, changes: [] };
  expect(changedBy(store, ({ takeDelta }) => takeDelta(delta))).toEqual([]);
  expect(store.revision()).toBe(6);
});

test('an ETag stands for the snapshot that it came with, until a delta follows', () => {
  const store = createRulesStore(SERVER);
  store.takeSnapshot(snapshot(), '"5"', 0);
  expect(store.held()?.etag).toBe('"5"');
  store.takeDelta({ fromRevision: 5, revision: 6, changes: [] });
  expect(store.held()?.etag).toBeUndefined();
  expect(store.takeSnapshot(snapshot({ revision: 6 }), '"6"', 0)).toBe('same');
  expect(store.held()?.etag).toBe('"6"');
});

test('a delta that takes a flag away leaves it unknown', () => {
  const store = storeAt(5);
  store.takeDelta({ fromRevision: 5, revision: 6, changes: [{ kind: 'flag', key: OFF.key, document: null }] });
  const evaluator = store.held()?.evaluator;
  expect(evaluator?.evaluate(OFF.key, {}).errorCode).toBe('FLAG_NOT_FOUND');
});

test('a delta that is not newer is ignored, and one that skips a revision is a gap', () => {
  const store = storeAt(5);
  expect(store.takeDelta({ fromRevision: 4, revision: 5, changes: [] })).toBe('older');
  expect(store.takeDelta({ fromRevision: 6, revision: 7, changes: [] })).toBe('gap');
  expect(store.takeDelta({ fromRevision: 4, revision: 6, changes: [] })).toBe('gap');
  expect(
    createRulesStore(SERVER).takeDelta({
      fromRevision: 0,
      revision: 1,
      changes: [],
    }),
  ).toBe('gap');
});

test('a flag that leans on a changed segment or prerequisite counts as changed', () => {
  const store = createRulesStore(SERVER);
  const inner = buildSegment({ key: 'inner' });
  const outer = buildSegment({ key: 'outer', condition: { any: [{ not: { segment: 'inner' } }] } });
  const rule = { id: 'r', condition: { segment: 'outer' }, serve: { kind: 'variation', variation: 'on' } } as const;
  const leaning = buildFlag({ key: 'leaning', rules: [rule] });
  const dependent = buildFlag({ key: 'dependent', prerequisites: [{ flag: 'leaning', variations: ['on'] }] });
  const aside = buildFlag({ key: 'aside' });
  store.takeSnapshot(snapshot({ flags: [leaning, dependent, aside], segments: [inner, outer] }), undefined, 0);
  const document = buildSegment({ key: 'inner', included: ['ann'] });
  const delta = {
    fromRevision: 5,
    revision: 6,
    changes: [{ kind: 'segment', key: 'inner', document }],
  } as const;
  expect(changedBy(store, ({ takeDelta }) => takeDelta(delta))).toEqual(['leaning', 'dependent']);
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
  expect(store.takeSnapshot(snapshot({ revision: 6, flags: [...circular, ...broken] }), undefined, 0)).toBe('taken');
  expect(store.takeSnapshot(snapshot({ revision: 7, flags: [ON] }), undefined, 0)).toBe('taken');
  expect(served(store)).toBe(true);
});

test('documents too deep to be compared are taken, and count as changed', () => {
  const store = storeAt(5);
  const deep = (depth: number) => buildFlag({ key: 'deep', variations: [{ key: 'on', value: nested(depth) }] });
  store.takeSnapshot(snapshot({ revision: 6, flags: [OFF, deep(100_000)] }), undefined, 0);
  const deeper = snapshot({ revision: 7, flags: [OFF, deep(100_001)] });
  expect(changedBy(store, ({ takeSnapshot }) => takeSnapshot(deeper, undefined, 0))).toContain('deep');
});

test('the units of rollouts are known by their paths, the targeting key always', () => {
  const store = createRulesStore(SERVER);
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
  store.takeSnapshot(snapshot({ flags: [buildFlag({ fallthrough: rollout })] }), undefined, 0);
  expect(store.held()?.unitPaths()).toEqual(['targetingKey', 'org.id']);
});

test('cached rules answer until the server speaks, and never replace what it said', () => {
  const store = createRulesStore(SERVER);
  expect(store.takeFirst(snapshot(), undefined)).toBe('taken');
  expect(store.source()).toBe('cache');
  store.takeSnapshot(snapshot(), undefined, 0);
  expect(store.source()).toBe('server');
  expect(store.takeFirst(snapshot({ revision: 9 }), undefined)).toBe('older');
});

test('a beat of the revision held confirms it, and of any other is a gap', () => {
  const store = createRulesStore(SERVER);
  expect(store.takeBeat({ revision: 5 })).toBe('gap');
  store.takeFirst(snapshot(), undefined);
  expect(store.takeBeat({ revision: 6 })).toBe('gap');
  expect(store.takeBeat({ revision: 4 })).toBe('gap');
  expect(store.source()).toBe('cache');
  expect(store.takeBeat({ revision: 5 })).toBe('same');
  expect(store.source()).toBe('server');
});
