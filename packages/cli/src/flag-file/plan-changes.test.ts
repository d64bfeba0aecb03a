import type { Flag, Serve } from '@tidegate/evaluation';
import { type FlagView, flagFileSchema } from '@tidegate/protocol';
import { buildFlag } from '@tidegate/testkit';
import { describe, expect, test } from 'vitest';
import { isSame, type PlanInput, planChanges } from './plan-changes.ts';

const variation = (key: string): Serve => ({ kind: 'variation', variation: key });
const rollout: Serve = {
  kind: 'rollout',
  rolloutId: 'r1',
  epoch: 1,
  stageIndex: 0,
  treatment: 'on',
  control: 'off',
  treatmentPpm: 10_000,
};
const rule = (id: string, serve: Serve) => ({ id, condition: { all: [] }, serve });

const viewOf = (flag: Partial<Flag>): FlagView => ({
  ...buildFlag({ revision: 5, ...flag }),
  description: '',
  tags: [],
  temporary: false,
  createdAtMs: 0,
  updatedAtMs: 0,
  archived: false,
});

function planOf(flags: readonly FlagView[], wanted: object, options: Partial<PlanInput> = {}) {
  return planChanges({
    environment: 'default/production',
    file: flagFileSchema.parse({ flags: wanted }),
    documents: { revision: 9, flags, segments: [] },
    archived: { flags: [], segments: [] },
    rollouts: [],
    prune: false,
    ...options,
  });
}

/** As the server has it, in words of a file. */
const asItIs = {
  enabled: true,
  variations: buildFlag().variations,
  offVariation: 'off',
  fallthrough: variation('on'),
};

test('a flag that is as the file says needs nothing', () => {
  const plan = planOf([viewOf({ key: 'a' })], { a: asItIs });
  expect(plan).toMatchObject({ steps: [], leftAlone: [], obstacles: [] });
  expect(isSame(plan)).toBe(true);
});

test('an update is of the revision that was read, and has only what differs', () => {
  const { steps } = planOf([viewOf({ key: 'a' })], { a: { ...asItIs, fallthrough: variation('off'), owner: 'ann' } });
  expect(steps).toMatchObject([
    { action: 'update', key: 'a', revision: 5, patch: { owner: 'ann', fallthrough: { variation: 'off' } } },
  ]);
});

describe('of a rule that a rollout owns', () => {
  const running = [{ id: 'r1', flagKey: 'a', rule: 'beta' }];
  const flag = viewOf({ key: 'a', rules: [rule('beta', rollout), rule('other', variation('on'))] });

  test('the serve is left alone, and the rest is not', () => {
    const rules = [rule('other', variation('on')), { ...rule('beta', variation('on')), condition: { any: [] } }];
    const { steps, leftAlone } = planOf([flag], { a: { ...asItIs, rules } }, { rollouts: running });
    expect(leftAlone).toEqual([
      { kind: 'flag', key: 'a', path: ['rules', 1, 'serve'], detail: 'owned by rollout r1: left alone' },
    ]);
    expect(steps).toMatchObject([
      { patch: { rules: [rules[0], { id: 'beta', condition: { any: [] }, serve: rollout }] } },
    ]);
  });

  test('the place is left alone as well where the file does not have it', () => {
    const { steps, leftAlone } = planOf([flag], { a: { ...asItIs, rules: [] } }, { rollouts: running });
    expect(steps).toEqual([]);
    expect(leftAlone).toMatchObject([{ path: ['rules'], detail: expect.stringContaining('r1 owns the rule beta') }]);
  });

  test('the flag is not archived, nor what it names', () => {
    const asking = { ...flag, prerequisites: [{ flag: 'c', variations: ['on'] }] };
    const flags = [asking, viewOf({ key: 'b' }), viewOf({ key: 'c' })];
    const { steps, leftAlone } = planOf(flags, {}, { rollouts: running, prune: true });
    expect(steps).toEqual([{ kind: 'flag', key: 'b', action: 'archive', revision: 5 }]);
    expect(leftAlone).toMatchObject([{ key: 'a', detail: expect.stringContaining('rollout r1 runs on it') }]);
  });
});

describe('a rollout that stands in a file', () => {
  test('and does not run any more leaves what came of it', () => {
    const plan = planOf([viewOf({ key: 'a', fallthrough: variation('off') })], {
      a: { ...asItIs, fallthrough: rollout },
    });
    expect(plan.leftAlone).toMatchObject([
      { path: ['fallthrough'], detail: expect.stringContaining('the rollout r1') },
    ]);
    expect(isSame(plan)).toBe(true);
  });

  test('cannot be made by a file, neither on a new flag nor on a new rule', () => {
    const rules = [rule('new', rollout)];
    const { obstacles } = planOf([viewOf({ key: 'a' })], {
      a: { ...asItIs, rules },
      b: { ...asItIs, fallthrough: rollout },
    });
    expect(obstacles).toMatchObject([
      { key: 'a', path: ['rules', 0, 'serve'] },
      { key: 'b', path: ['fallthrough'] },
    ]);
  });
});

test('a salt that differs stays as it is on the server, and one that is not named is not compared', () => {
  const flags = [viewOf({ key: 'a', salt: 'here' }), viewOf({ key: 'b', salt: 'here' })];
  const plan = planOf(flags, { a: { ...asItIs, salt: 'there' }, b: asItIs });
  expect(plan.steps).toEqual([]);
  expect(plan.leftAlone).toMatchObject([{ key: 'a', path: ['salt'] }]);
});

test('null inside an object cannot be said in a patch, and is in the way', () => {
  const { obstacles } = planOf([viewOf({ key: 'a' })], {
    a: { ...asItIs, description: 'x', valueSchema: { const: null } },
  });
  expect(obstacles).toEqual([expect.objectContaining({ path: ['valueSchema'] })]);
});
