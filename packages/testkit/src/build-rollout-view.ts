import { stageIndexOf } from '@tidegate/analysis';
import type { RolloutView } from '@tidegate/protocol';

/** A rollout of `new-checkout` as the API shows it: progressing in its second stage, its guard without a verdict. */
export function buildRolloutView(overrides: Partial<RolloutView> = {}): RolloutView {
  const view: Omit<RolloutView, 'stageIndex'> = {
    id: '0b7c5d0e-3f1a-4c7e-9d2b-5a6f7e8d9c0b',
    environment: 'default/production',
    flagKey: 'new-checkout',
    rule: 'fallthrough',
    plan: {
      flagKey: 'new-checkout',
      rule: 'fallthrough',
      treatment: 'on',
      control: 'off',
      unit: 'targetingKey',
      stages: [10_000, 50_000, 1_000_000].map((treatmentPpm) => ({ treatmentPpm, dwellMs: 600_000, minUnits: 100 })),
      bakeMs: 600_000,
      alpha: 0.05,
      guards: [{ metric: 'run-errors', weight: 1 }],
      noDataMs: 900_000,
      confirmMs: 10_000,
    },
    state: { kind: 'progressing', stageIndex: 1, stageEnteredAtMs: 1_000_000, holds: [] },
    active: true,
    treatmentPpm: 50_000,
    assessment: {
      guards: [
        {
          metric: 'run-errors',
          verdict: 'running',
          units: { control: 22_871, treatment: 1_204 },
          events: { control: 460, treatment: 24 },
          ratio: 0.99,
          ratioInterval: { low: 0.61, high: 1.58 },
          logEvidence: -0.21,
          logSafety: null,
          weight: 1,
          outlook: 'about 300 more units decide',
        },
      ],
      sampleRatio: { verdict: 'running', logEvidence: -1.2, logThreshold: 6.9, oddsRatio: 1.01 },
      logEvidence: -0.21,
      logThreshold: 2.995_732,
      verdict: 'running',
      browserShare: 0,
    },
    evidence: {
      rolloutId: '0b7c5d0e-3f1a-4c7e-9d2b-5a6f7e8d9c0b',
      epoch: 1,
      guards: [{ metric: 'run-errors', harm: 'up' }],
      strata: [],
      crossoverCount: 0,
      unmatchedOutcomeCount: 0,
      waitingOutcomeCount: 0,
      browserUnitCount: 0,
      unitCount: 24_075,
      lastExposureAtMs: 1_060_000,
      newestRecordAtMs: 1_060_000,
    },
    confirmation: { connectedCount: 3, confirmedCount: 3, revision: 12 },
    version: 4,
    createdAtMs: 900_000,
    createdBy: { kind: 'key', id: 'k1', name: 'ops' },
    updatedAtMs: 1_000_000,
    ...overrides,
  };
  return { stageIndex: stageIndexOf(view.state, view.plan.stages.length), ...view };
}
