import { expect, test } from 'vitest';
import type { Hook } from '../rollout/plan.ts';
import { expandPlan } from './expand-plan.ts';
import { findHookFlaws } from './find-hook-flaws.ts';
import { CONTEXT } from './plan-context.fixture.ts';

const HOOK: Hook = { at: 'pre-rollout', url: 'https://ci.example.com/hook', secret: 'ci' };
const place = {
  findHookFlaw: ({ secret }: Hook) => (secret === 'missing' ? 'TIDEGATE_SECRETS has no missing.' : undefined),
};

function flawsOf(...hooks: readonly Hook[]) {
  const expanded = expandPlan({ flag: 'checkout', treatment: 'on', hooks }, CONTEXT);
  if (expanded.kind === 'flawed') throw new Error(expanded.flaws[0]?.detail);
  expect(expanded.plan.hooks).toEqual(hooks);
  return findHookFlaws(expanded.plan, place);
}

test('one address may be told at several times, and a second time at none of them', () => {
  const rollback = { ...HOOK, at: 'rollback' } as const;
  expect(flawsOf(HOOK, rollback)).toEqual([]);
  expect(flawsOf(HOOK, rollback, HOOK)).toMatchObject([{ path: ['hooks', 2] }]);
});

test('a hook whose secret cannot sign is refused where it names it', () => {
  expect(flawsOf({ ...HOOK, secret: 'missing' })).toMatchObject([
    { path: ['hooks', 0, 'secret'], detail: 'TIDEGATE_SECRETS has no missing.' },
  ]);
});
