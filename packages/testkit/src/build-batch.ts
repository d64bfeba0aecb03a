import type { EventBatch } from '@tidegate/protocol/types';

export interface BatchParts {
  readonly instance?: string;
  readonly seq?: number;
  readonly exposures?: readonly BuiltExposure[];
  readonly outcomes?: readonly BuiltOutcome[];
  readonly dropped?: EventBatch['dropped'];
}

export interface BuiltExposure {
  /** The unit's bucketing hash; its second hash is derived. */
  readonly unit: number;
  readonly arm: 'control' | 'treatment';
  readonly stage?: number;
  readonly ageMs?: number;
  readonly rolloutId?: string;
  readonly epoch?: number;
}

export interface BuiltOutcome {
  readonly unit: number;
  readonly event?: string;
  readonly value?: number;
  readonly ageMs?: number;
}

/** A batch of few rows as an SDK would send it: of rollout `r1`, epoch 1, stage 0, event `$error:new-checkout`. */
export function buildBatch(parts: BatchParts): EventBatch {
  const exposures = parts.exposures ?? [];
  const outcomes = parts.outcomes ?? [];
  const hashes = [...new Set([...exposures, ...outcomes].map(({ unit }) => unit))];
  const rolloutIds = [...new Set(exposures.map(({ rolloutId = 'r1' }) => rolloutId))];
  const events = [...new Set(outcomes.map(({ event = '$error:new-checkout' }) => event))];
  return {
    protocol: 1,
    instance: parts.instance ?? '6f1b8a52-0f0c-4a51-8f0e-0d6f3d7f1a10',
    seq: parts.seq ?? 1,
    sentAtMs: 1_700_000_000_000,
    sdk: { name: 'node', version: '0.1.0' },
    units: { h0: hashes, h1: hashes.map((h0) => ~h0 >>> 0) },
    exposures: {
      rolloutIds,
      rollout: exposures.map(({ rolloutId = 'r1' }) => rolloutIds.indexOf(rolloutId)),
      epoch: exposures.map(({ epoch = 1 }) => epoch),
      stage: exposures.map(({ stage = 0 }) => stage),
      arm: exposures.map(({ arm }) => (arm === 'treatment' ? 1 : 0)),
      unit: exposures.map(({ unit }) => hashes.indexOf(unit)),
      ageMs: exposures.map(({ ageMs = 0 }) => ageMs),
    },
    outcomes: {
      events,
      event: outcomes.map(({ event = '$error:new-checkout' }) => events.indexOf(event)),
      unit: outcomes.map(({ unit }) => hashes.indexOf(unit)),
      value: outcomes.map(({ value = 1 }) => value),
      ageMs: outcomes.map(({ ageMs = 0 }) => ageMs),
    },
    counters: { flags: [], variations: [], flag: [], variation: [], count: [] },
    dropped: parts.dropped ?? { exposures: 0, outcomes: 0 },
  };
}
