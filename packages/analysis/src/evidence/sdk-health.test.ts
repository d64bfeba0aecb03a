import { type BatchParts, buildBatch } from '@tidegate/testkit';
import { describe, expect, test } from 'vitest';
import { applyRecord } from './apply-record.ts';
import type { EventBatch } from './event-batch.ts';
import { createEvidence, type EvidenceState } from './evidence-state.ts';
import { restoreEvidence } from './restore-evidence.ts';
import { sdkHealthOf } from './sdk-health.ts';
import { serializeEvidence } from './serialize-evidence.ts';

const positionPpm = (h0: number) => h0;
const MINUTE_MS = 60_000;
const T0 = 1_000 * MINUTE_MS;

function open(): EvidenceState {
  const plan = {
    rolloutId: 'r1',
    epoch: 1,
    flagKey: 'f',
    salt: 's',
    seed: 7,
    stages: [{ treatmentPpm: 1 }],
    guards: [],
  };
  return applyRecord(createEvidence({ positionPpm }), { kind: 'epoch-opened', atMs: T0, plan });
}

interface Sent extends BatchParts {
  readonly atMs: number;
  /** Of the flag `f`, how often each was served. */
  readonly served?: readonly string[];
  readonly flagKey?: string;
  readonly origin?: 'server' | 'browser';
}

function send(state: EvidenceState, { atMs, served = [], flagKey = 'f', origin = 'server', ...parts }: Sent): void {
  const counters: EventBatch['counters'] = {
    flags: ['other', flagKey],
    variations: ['$breaker', ...served.filter((variation) => variation !== '$breaker')],
    // Another flag's breaker is nothing to this one.
    flag: [0, ...served.map(() => 1)],
    variation: [0, ...served.map((variation, row) => (variation === '$breaker' ? 0 : row + 1))],
    count: [1, ...served.map(() => 1)],
  };
  applyRecord(state, { kind: 'batch', receivedAtMs: atMs, origin, batch: { ...buildBatch(parts), counters } });
}

const healthAt = (state: EvidenceState, nowMs: number) => sdkHealthOf(state, { rolloutId: 'r1', epoch: 1 }, nowMs);

describe('open breakers', () => {
  test('are counted by process: each once, however often and whatever else it served', () => {
    const state = open();
    send(state, { atMs: T0, instance: 'a', served: ['off', '$breaker'] });
    send(state, { atMs: T0 + 1, instance: 'a', seq: 2, served: ['$breaker'] });
    send(state, { atMs: T0 + 2, instance: 'b', served: ['on', 'off'] });
    expect(healthAt(state, T0 + 3)).toMatchObject({ instanceCount: 2, openBreakerCount: 1 });
  });

  test('stay open for a minute after they answered last, though the process serves control meanwhile', () => {
    const state = open();
    send(state, { atMs: T0, instance: 'a', served: ['$breaker'] });
    send(state, { atMs: T0 + MINUTE_MS, instance: 'a', seq: 2, served: ['off'] });
    expect(healthAt(state, T0 + MINUTE_MS)).toMatchObject({ instanceCount: 1, openBreakerCount: 1 });
    expect(healthAt(state, T0 + MINUTE_MS + 1)).toMatchObject({ instanceCount: 1, openBreakerCount: 0 });
  });

  test('are those of processes that evaluated the flag in the last two minutes, under a server key', () => {
    const state = open();
    send(state, { atMs: T0, instance: 'gone', served: ['on'] });
    send(state, { atMs: T0 + 2 * MINUTE_MS, instance: 'forged', origin: 'browser', served: ['$breaker'] });
    send(state, { atMs: T0 + 2 * MINUTE_MS, instance: 'asks for another', flagKey: 'g', served: ['$breaker'] });
    send(state, { atMs: T0 + 2 * MINUTE_MS, instance: 'b', served: ['on'] });
    expect(healthAt(state, T0 + 2 * MINUTE_MS)).toMatchObject({ instanceCount: 2, openBreakerCount: 0 });
    expect(healthAt(state, T0 + 2 * MINUTE_MS + 1)).toMatchObject({ instanceCount: 1 });
  });

  test('of a fleet beyond what is remembered are a share all the same', () => {
    const state = open();
    for (let process = 0; process < 5_000; process++) {
      send(state, { atMs: T0, instance: `${process}`, served: process % 2 === 0 ? ['$breaker'] : ['on'] });
    }
    const { instanceCount = 0, openBreakerCount = 0 } = healthAt(state, T0) ?? {};
    expect(instanceCount).toBeGreaterThanOrEqual(1_000);
    expect(instanceCount).toBeLessThanOrEqual(2_000);
    expect(openBreakerCount).toBe(instanceCount / 2);
  });
});

describe('lost events', () => {
  test('are those of the last five minutes, beside what came', () => {
    const state = open();
    const exposures = [{ unit: 1, arm: 'control' as const }];
    send(state, { atMs: T0, exposures, dropped: { exposures: 3, outcomes: 4 } });
    send(state, { atMs: T0 + MINUTE_MS, seq: 2, outcomes: [{ unit: 1 }], dropped: { exposures: 0, outcomes: 1 } });
    expect(healthAt(state, T0 + MINUTE_MS)).toMatchObject({ eventCount: 2, lostEventCount: 8 });
    expect(healthAt(state, T0 + 5 * MINUTE_MS)).toMatchObject({ eventCount: 1, lostEventCount: 1 });
    expect(healthAt(state, T0 + 6 * MINUTE_MS)).toMatchObject({ eventCount: 0, lostEventCount: 0 });
  });

  test('count once however often the batch came, and never under a browser key', () => {
    const state = open();
    const lossy = { atMs: T0, dropped: { exposures: 1, outcomes: 0 } };
    send(state, lossy);
    send(state, lossy);
    send(state, { ...lossy, instance: 'forged', origin: 'browser' });
    expect(healthAt(state, T0)).toMatchObject({ lostEventCount: 1 });
  });
});

test('what SDKs say of themselves outlives a restart, and ends with the rollout', () => {
  const state = open();
  send(state, { atMs: T0, instance: 'a', served: ['$breaker'], dropped: { exposures: 1, outcomes: 0 } });
  const restored = restoreEvidence(serializeEvidence(state), { positionPpm });
  expect(healthAt(restored, T0)).toEqual(healthAt(state, T0));
  expect(healthAt(restored, T0)).toMatchObject({ openBreakerCount: 1, lostEventCount: 1 });
  applyRecord(restored, { kind: 'epoch-closed', atMs: T0, rolloutId: 'r1', epoch: 1 });
  expect(healthAt(restored, T0)).toBeUndefined();
});
