import { buildRolloutView } from '@tidegate/testkit';
import { describe, expect, test } from 'vitest';
import { evidenceBar } from './guards.ts';
import { PLAIN } from './paint.ts';
import { changeKeyOf, formatRolloutLine } from './rollout-line.ts';
import { formatRolloutStatus, formatRolloutTable, stageLine } from './rollout-status.ts';

const view = buildRolloutView({
  state: {
    kind: 'progressing',
    stageIndex: 1,
    stageEnteredAtMs: 1_000_000,
    holds: [
      {
        reason: 'stage-timer',
        source: '',
        detail: 'stays at least 10m',
        sinceMs: 1_000_000,
        untilMs: 1_600_000,
        outcome: 'ends',
        releasedBy: 'time',
      },
    ],
  },
});

describe('the status of a rollout', () => {
  test('tells stage, holds with their time, guards, evidence and confirmations', () => {
    expect(formatRolloutStatus(view, 1_077_000, PLAIN)).toEqual([
      'new-checkout  default/production  rollout 0b7c5d0e-3f1a-4c7e-9d2b-5a6f7e8d9c0b',
      'progressing, stage 2 of 3 (5%), held: stage-timer',
      '1% ▸ [5%] ▸ 100%   5% get on, the others off',
      '  stage-timer: stays at least 10m (8m 43s left)',
      '  GUARD       VERDICT       UNITS T/C  EVENTS T/C  RATIO                EVIDENCE',
      '  run-errors  running  1 204 / 22 871    24 / 460  0.99 (0.61 to 1.58)     -0.21  ░░░░░░░░░░░░',
      'evidence of harm, all guards together: -0.21; killed at 3.00',
      '3 of 3 connected SDKs confirmed revision 12',
    ]);
  });

  test('caps are told from the share on that they are below', () => {
    const condition = { attribute: 'country', operator: 'in', values: ['DE'] };
    const plan = { ...view.plan, caps: [{ condition, maxTreatmentPpm: 10_000 }] };
    const line = '  at most 1% if country in "DE"';
    expect(formatRolloutStatus(buildRolloutView({ plan }), 0, PLAIN)).toContain(line);
    expect(formatRolloutStatus(buildRolloutView({ plan, treatmentPpm: 10_000 }), 0, PLAIN)).not.toContain(line);
  });

  test('a score is told with its parts, rounded so that it never looks better than it is', () => {
    const score = { groupWeights: { technical: 60, business: 40 }, marginal: 75, pass: 95 };
    const groups = [
      { group: 'technical', score: 91.7 },
      { group: 'business', score: null },
    ];
    const scored = buildRolloutView({ plan: { ...view.plan, score }, score: { value: 94.99, groups } });
    expect(formatRolloutStatus(scored, 0, PLAIN)).toContain('score 94, 95 to pass (technical 91, business -)');
  });

  test('a broken split of the arms is said aloud', () => {
    const sampleRatio = { verdict: 'failed', logEvidence: 9, logThreshold: 6.9, oddsRatio: 1.4 } as const;
    const broken = buildRolloutView({ assessment: { ...view.assessment, sampleRatio } });
    expect(formatRolloutStatus(broken, 0, PLAIN).join('\n')).toContain('not split as designed');
  });

  test('before the first stage no stage is marked', () => {
    expect(stageLine({ plan: view.plan, stageIndex: null }, PLAIN)).toBe('1% ▸ 5% ▸ 100%');
  });

  test('the bar fills as the evidence nears the kill, and is full only there', () => {
    expect(evidenceBar(-1, 3)).toBe('░░░░░░░░░░░░');
    expect(evidenceBar(1.5, 3)).toBe('██████░░░░░░');
    expect(evidenceBar(2.99, 3)).toBe('███████████░');
    expect(evidenceBar(3, 3)).toBe('████████████');
    expect(evidenceBar(Number.NaN, 3)).toBe('░░░░░░░░░░░░');
  });

  test('a list has one line for each', () => {
    expect(formatRolloutTable([], PLAIN)).toEqual(['There are no rollouts.']);
    expect(formatRolloutTable([view], PLAIN)[1]).toContain('new-checkout  fallthrough     5%');
  });
});

describe('a line per change', () => {
  test('counts and evidence alone are no change', () => {
    const later = buildRolloutView({
      ...view,
      assessment: { ...view.assessment, logEvidence: 0.4 },
      confirmation: { connectedCount: 4, confirmedCount: 3, revision: 12 },
    });
    expect(changeKeyOf(later)).toBe(changeKeyOf(view));
  });

  test('a hold that ends is a change', () => {
    expect(changeKeyOf(buildRolloutView())).not.toBe(changeKeyOf(view));
  });

  test('after a kill each confirmation is a change, and is told', () => {
    const state = {
      kind: 'aborting',
      fromStageIndex: 1,
      cause: { kind: 'harm', metric: 'run-errors', logEvidence: 3.2, logThreshold: 3 },
      abortedAtMs: 0,
      revision: 13,
    } as const;
    const one = buildRolloutView({ state, confirmation: { connectedCount: 3, confirmedCount: 1, revision: 13 } });
    const all = buildRolloutView({ state, confirmation: { connectedCount: 3, confirmedCount: 3, revision: 13 } });
    expect(changeKeyOf(one)).not.toBe(changeKeyOf(all));
    expect(formatRolloutLine(all, 0)).toBe(
      '1970-01-01 00:00:00Z new-checkout: killed, waiting for SDKs to confirm: run-errors is worse in treatment, ' +
        'evidence 3.20 of 3.00 | run-errors running | 3 of 3 connected SDKs confirmed revision 13',
    );
  });
});
