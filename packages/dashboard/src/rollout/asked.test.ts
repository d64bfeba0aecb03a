import type { DecisionView, RolloutView } from '@tidegate/protocol/types';
import { expect, test } from 'vitest';
import { approvalsOf, gatesOf } from './asked.ts';

const GATE = { name: 'change', before: 'advance', url: 'https://changes.example.com:8443/ask?x=1' };
const held = (reason: string) => ({ kind: 'progressing', stageIndex: 0, holds: [{ reason }] });
const rolloutOf = (parts: object) => ({ plan: { gates: [GATE] }, ...parts }) as unknown as RolloutView;
const DECIDED = [
  { input: { gates: [{ name: 'change', answer: 'closed', detail: 'not yet' }] } },
] as unknown as readonly DecisionView[];

test('a gate says what it said last while a step waits for it, and nothing while none does', () => {
  expect(gatesOf(rolloutOf({ state: held('gate') }), DECIDED)).toEqual([
    { name: 'change', before: 'advance', host: 'changes.example.com:8443', answer: 'closed', detail: 'not yet' },
  ]);
  expect(gatesOf(rolloutOf({ state: held('stage-timer') }), DECIDED)).toMatchObject([{ answer: 'unasked' }]);
});

test('of each approval one sees who may give it, whether it is asked for now, and who gave it', () => {
  const rule = { count: 2, notAuthor: true };
  const approvals = [{ by: { id: '1', name: 'Ada' }, role: 'admin', atMs: 5 }];
  const rollout = rolloutOf({
    plan: { stages: [{}, { approval: { ...rule, roles: ['admin'] } }, { approval: { ...rule, notAuthor: false } }] },
    state: { ...held('approval'), approvals },
    stageIndex: 0,
    createdBy: { name: 'Eve' },
  });
  expect(approvalsOf(rollout)).toMatchObject([
    { stageNumber: 2, state: 'asked', mayApprove: 'admins, but not Eve', given: [{ by: { name: 'Ada' } }] },
    { stageNumber: 3, state: 'ahead', mayApprove: 'editors and admins', given: [] },
  ]);
});
