import type { Decision, Hold, RolloutCommand, RolloutState } from '@tidegate/analysis';
import { expect, test } from 'vitest';
import { buildDecision, buildRollout, PLAN } from '../../../storage/contract/builders.contract.ts';
import { noticesOf, stuckNotice } from './notices-of.ts';

const T0 = 1_700_000_000_000;
const ADA = { kind: 'key', id: 'k1', name: 'ada' } as const;
const STAGES = [50_000, 1_000_000].map((treatmentPpm) => ({ treatmentPpm, dwellMs: 0, minUnits: 1 }));
const rollout = { ...buildRollout('shop/production', { plan: { ...PLAN, stages: STAGES } }), version: 7 };

const hold = (reason: Hold['reason'], overrides: Partial<Hold> = {}): Hold => ({
  reason,
  source: '',
  detail: `${reason} holds.`,
  sinceMs: T0,
  untilMs: null,
  outcome: 'hold',
  releasedBy: 'evidence',
  ...overrides,
});
const at = (...holds: readonly Hold[]): RolloutState => ({
  kind: 'progressing',
  stageIndex: 0,
  stageEnteredAtMs: T0,
  holds,
});
const aborting = (cause: Extract<RolloutState, { kind: 'aborting' }>['cause']): RolloutState => ({
  kind: 'aborting',
  fromStageIndex: 0,
  abortedAtMs: T0,
  revision: null,
  cause,
});
const HARM = { kind: 'harm', metric: 'run-errors', logEvidence: 3.1, logThreshold: 3 } as const;
const rolledBack = (confirmedCount: number): RolloutState => ({
  kind: 'rolledBack',
  fromStageIndex: 0,
  cause: HARM,
  atMs: T0,
  revision: 3,
  confirmedCount,
  connectedCount: 5,
});

function told(
  kind: Decision['kind'],
  state: RolloutState,
  { from = at(), command = null as RolloutCommand | null } = {},
) {
  const decision: Decision = { kind, state, reason: 'Because.', changed: true };
  const input = { ...buildDecision(rollout).input, state: from, command, nowMs: T0 };
  return noticesOf({ rollout, decision, input });
}
const summaryOf = (notices: ReturnType<typeof told>) =>
  notices.map(({ notice: { kind, severity, alarm } }) => `${kind} ${severity} ${alarm}`);

test('a kill is critical and raises an alarm, with where it stood and why', () => {
  expect(told('kill', aborting(HARM))).toMatchObject([
    {
      notice: {
        kind: 'killed',
        severity: 'critical',
        alarm: 'raised',
        rolloutId: rollout.id,
        sequence: 7,
        stage: { number: 1, count: 2, treatmentPpm: 50_000 },
        title: 'new-checkout in shop/production: killed at 5 %',
        detail: 'Because.',
        by: null,
      },
    },
  ]);
});

test('who kills by hand is looking already, and is named', () => {
  const command = { kind: 'abort', by: ADA, reason: '' } as const;
  const [killed] = told('kill', aborting({ kind: 'command', by: ADA, reason: '' }), { command });
  expect(killed?.notice).toMatchObject({ kind: 'killed', severity: 'warning', by: 'ada' });
});

test('a kill that is served again is told once, and steps on the way down are part of it', () => {
  const from = aborting(HARM);
  expect(told('kill', from, { from })).toEqual([]);
  expect(told('lower', from, { from })).toEqual([]);
});

test('a rollback that every SDK confirmed ends the alarm; one that some did not raises another', () => {
  expect(summaryOf(told('confirm', rolledBack(5)))).toEqual(['rolled-back info ended']);
  expect(summaryOf(told('confirm', rolledBack(4)))).toEqual(['kill-unconfirmed critical raised']);
});

test('waits that every stage has are nobody’s news', () => {
  const routine = (['stage-timer', 'min-sample', 'evidence', 'ack-pending', 'window'] as const).map((one) => hold(one));
  expect(told('hold', at(...routine))).toEqual([]);
  expect(told('hold', at(), { from: at(...routine) })).toEqual([]);
});

test('a hold is told when it begins and when it ends, each once a stage, and what stays is not told again', () => {
  const kept = hold('no-outcomes', { source: 'run-errors' });
  const [held] = told('hold', at(kept, hold('no-data')), { from: at(kept) });
  expect(held).toMatchObject({ notice: { kind: 'held', alarm: 'raised', detail: 'no-data: no-data holds.' } });
  expect(held?.notice.holds).toEqual([{ reason: 'no-data', source: '', detail: 'no-data holds.' }]);
  const [released] = told('hold', at(kept), { from: at(kept, hold('no-data')) });
  expect(released).toMatchObject({ notice: { kind: 'released', alarm: 'ended' } });
  expect(held?.once).toBe(told('hold', at(hold('no-data')))[0]?.once);
  expect(held?.once).not.toBe(released?.once);
});

test('an approval is asked for, also together with the step after which it is needed', () => {
  const stepped = { ...at(hold('approval', { source: 'stage 3' })), stageIndex: 1 } as RolloutState;
  expect(summaryOf(told('advance', stepped))).toEqual(['step info ended', 'approval-needed warning raised']);
});

test('a step ends what held the stage before it without saying so', () => {
  expect(summaryOf(told('advance', at(), { from: at(hold('no-data')) }))).toEqual(['step info ended']);
});

test('a retry is told as the attempt that begins', () => {
  const renewed = { ...rollout, plan: { ...rollout.plan, attempt: 2 } };
  const decision: Decision = { kind: 'retry', state: { kind: 'scheduled', startAtMs: T0 }, reason: '', changed: true };
  const input = { ...buildDecision(rollout).input, state: rolledBack(5), nowMs: T0 };
  const [retried] = noticesOf({ rollout: renewed, decision, input });
  expect(retried?.notice).toMatchObject({ kind: 'retried', attempt: 2, stage: null });
});

test('a rollout is stuck once a hold outlived its deadline and nobody but a person ends it, and is told so once a stage', () => {
  const stuckAt = (state: RolloutState, nowMs: number) => stuckNotice({ ...rollout, state }, nowMs);
  const waiting = hold('no-data', { untilMs: T0 + 1_000 });
  expect(stuckAt(at(waiting), T0 + 999)).toEqual([]);
  expect(stuckAt(at(waiting), T0 + 1_000)).toMatchObject([{ notice: { kind: 'stuck', alarm: 'raised', sequence: 6 } }]);
  expect(stuckAt(at(waiting), T0 + 1_000)[0]?.once).toBe(stuckAt(at(waiting), T0 + 9_000)[0]?.once);
  for (const outcome of ['ends', 'abort', 'continue'] as const) {
    expect(stuckAt(at({ ...waiting, outcome }), T0 + 1_000)).toEqual([]);
  }
  expect(stuckAt({ kind: 'succeeded', atMs: T0 }, T0 + 1_000)).toEqual([]);
});
