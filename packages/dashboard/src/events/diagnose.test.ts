import type { RecentEvents, RolloutView } from '@tidegate/protocol/types';
import { expect, test } from 'vitest';
import { diagnose, type Situation } from './diagnose.ts';

const NOW = 10_000_000;
const flow = { batches: 1, evaluations: 5, exposures: 5, outcomes: 5, dropped: 0 };
const sdk = {
  name: 'sdk-node',
  version: '1.0.0',
  keyKind: 'server',
  lastAtMs: NOW - 1_000,
  clockAheadMs: 5,
  ...flow,
} as const;
const event = (name: string) => ({ event: name, lastAtMs: NOW, minutes: [] });
const recentOf = (parts: Partial<RecentEvents>): RecentEvents => ({
  sinceMs: 0,
  minutes: [{ atMs: NOW, ...flow }],
  sdks: [sdk],
  events: [event('purchase')],
  newest: [],
  ...parts,
});
const SILENT = recentOf({ minutes: [], sdks: [], events: [] });
const metrics = [{ key: 'purchases', event: 'purchase' }];
const findings = (parts: Partial<Situation>) =>
  diagnose({
    nowMs: NOW,
    recent: recentOf({}),
    counts: undefined,
    connections: [{ keyKind: 'server' }],
    keys: [{ name: 'shop', hint: 'tg_srv_ab', revokedAtMs: null }],
    elsewhere: [],
    metrics,
    rollouts: [],
    ...parts,
  }).map(({ finding, remedy }) => `${finding} ${remedy}`);
const rollout = (guards: object[], lastExposureAtMs: number | null = 1) =>
  ({ id: 'r', flagKey: 'a', plan: { guards }, evidence: { lastExposureAtMs } }) as unknown as RolloutView;

test('events that come as they should are no cause for advice', () => {
  expect(findings({ rollouts: [rollout([{ metric: 'purchases' }])] })).toEqual([]);
});

test('without any SDK the address and the key are suspected, with how a right key begins', () => {
  expect(findings({ recent: SILENT, connections: [] })).toEqual([
    expect.stringMatching(/No SDK is connected.*tg_srv_ab/),
  ]);
});

test('an environment without a key, or with revoked ones alone, is told to be so', () => {
  expect(findings({ recent: SILENT, connections: [], keys: [] })[0]).toMatch(/has no key for SDKs/);
  const revoked = [{ name: 'old', hint: 'x', revokedAtMs: 5 }];
  expect(findings({ recent: SILENT, connections: [], keys: revoked })[0]).toMatch(/is revoked: old/);
});

test('events that come into another environment are told', () => {
  const told = findings({ recent: SILENT, connections: [], elsewhere: ['shop/staging'] });
  expect(told[0]).toMatch(/come into shop\/staging.*key of another/);
});

test('SDKs that are silent make the application suspect, browsers the page’s policy', () => {
  expect(findings({ recent: SILENT })[0]).toMatch(/1 SDKs are connected, and no event comes/);
  expect(findings({ recent: SILENT, connections: [{ keyKind: 'browser' }] })[0]).toMatch(/connect-src/);
});

test('what stopped is told with when and whose it was', () => {
  const recent = recentOf({ sdks: [{ ...sdk, lastAtMs: NOW - 720_000 }] });
  expect(findings({ recent })[0]).toMatch(/for 12m; the last was of sdk-node 1\.0\.0/);
});

test('an event that no metric reads, and a guard whose event does not come, are told by name', () => {
  const recent = recentOf({ events: [event('purchse'), event('$duration:a')] });
  expect(findings({ recent, rollouts: [rollout([{ metric: 'purchases' }])] })).toEqual([
    expect.stringMatching(/No metric reads “purchse”/),
    expect.stringMatching(/guard purchases of a reads “purchase”, which has not come/),
  ]);
});

test('that no error comes is no fault', () => {
  expect(findings({ rollouts: [rollout([{ metric: 'e', definition: { event: '$error' } }])] })).toEqual([]);
});

test('a rollout that saw no exposure, and exposures without outcomes, are told', () => {
  expect(findings({ rollouts: [rollout([], null)] })[0]).toMatch(/rollout of a has not seen one exposure/);
  const recent = recentOf({ minutes: [{ atMs: NOW, ...flow, outcomes: 0 }], events: [] });
  expect(findings({ recent })[0]).toMatch(/no outcome does/);
});

test('evidence that is not believed from browsers is told where only browsers report', () => {
  const recent = recentOf({ sdks: [{ ...sdk, keyKind: 'browser' }] });
  const guards = [{ metric: 'purchases', definition: { event: 'purchase', browserEvidence: false } }];
  expect(findings({ recent, rollouts: [rollout(guards)] })[0]).toMatch(/purchases of a counts nothing/);
});

test('what was dropped, and a wrong clock, are told with whose they are', () => {
  const recent = recentOf({
    minutes: [{ atMs: NOW, ...flow, dropped: 7 }],
    sdks: [{ ...sdk, dropped: 7, clockAheadMs: -300_000 }],
  });
  expect(findings({ recent })).toEqual([
    expect.stringMatching(/dropped 7 events within the hour: sdk-node 1\.0\.0/),
    expect.stringMatching(/clock of sdk-node 1\.0\.0 is 5m behind/),
  ]);
});
