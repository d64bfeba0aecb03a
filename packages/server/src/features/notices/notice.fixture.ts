import type { Notice } from '@tidegate/protocol';

/** A kill, unless the test says otherwise. */
export function buildNotice(overrides: Partial<Notice> = {}): Notice {
  return {
    kind: 'killed',
    severity: 'critical',
    alarm: 'raised',
    environment: 'default/production',
    rolloutId: 'rollout-1',
    flagKey: 'new-checkout',
    rule: 'fallthrough',
    treatment: 'on',
    attempt: 1,
    sequence: 7,
    stage: { number: 1, count: 3, treatmentPpm: 50_000 },
    title: 'new-checkout in default/production: killed at 5 %',
    detail: 'Harm shown by run-errors, evidence 3.10 of 3.00 nats. Control is served to everyone.',
    by: null,
    holds: [],
    atMs: 1_700_000_000_000,
    ...overrides,
  };
}
