import type { DecisionView } from '@tidegate/protocol';
import { buildRolloutView } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { formatDecisions } from './decisions.ts';
import { PLAIN } from './paint.ts';

const view = buildRolloutView();

function decision(overrides: Partial<DecisionView> = {}): DecisionView {
  return {
    rolloutId: view.id,
    sequence: 3,
    kind: 'advance',
    reason: 'stage 1 is over',
    atMs: 0,
    revision: 12,
    decision: { kind: 'advance', state: view.state, reason: 'stage 1 is over', changed: true },
    input: {
      plan: view.plan,
      state: view.state,
      summary: view.evidence,
      assessment: view.assessment,
      command: null,
      confirmation: { connectedCount: 3, confirmedCount: 2 },
      nowMs: 0,
      lastLookAtMs: null,
    },
    ...overrides,
  };
}

test('a decision tells its reason and the evidence it was made from', () => {
  expect(formatDecisions([decision()], PLAIN)).toEqual([
    '#3  1970-01-01 00:00:00Z  advance  revision 12',
    '    stage 1 is over',
    '    24 075 units; run-errors running, events 24 / 460, evidence -0.21; together -0.21 of 3.00',
  ]);
});

test('without evidence it says so, and shows no numbers', () => {
  const { input } = decision();
  const first = decision({ kind: 'start', input: { ...input, summary: { ...input.summary, unitCount: 0 } } });
  expect(formatDecisions([first], PLAIN).at(-1)).toBe('    nothing was measured yet');
});

test('a confirmation says who had confirmed', () => {
  expect(formatDecisions([decision({ kind: 'confirm' })], PLAIN).at(-1)).toBe(
    '    2 of 3 connected SDKs had confirmed',
  );
});
