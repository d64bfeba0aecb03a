import type { FlagDocument } from '@tidegate/protocol';
import { BREAKER_ANSWER, MISSING_FLAG, OVERRIDE_ANSWER } from '@tidegate/protocol';
import { buildFlag } from '@tidegate/testkit';
import { describe, expect, test } from 'vitest';
import { findStaleness, type StalenessInput } from './find-staleness.ts';
import type { FlagUsage } from './flag-usage.ts';

const DAY_MS = 86_400_000;
const NOW = 20_000 * DAY_MS;
const daysAgo = (days: number) => NOW - days * DAY_MS;

type Served = Readonly<Record<string, readonly [firstDaysAgo: number, lastDaysAgo: number]>>;

function usageOf(served: Served, missingDaysAgo?: number): FlagUsage {
  const variations = Object.entries(served).map(([variation, [first, last]]) => ({
    variation,
    firstAtMs: daysAgo(first),
    lastAtMs: daysAgo(last),
    days: { lastDay: 0, counts: [] },
  }));
  const lastMissingAtMs = missingDaysAgo === undefined ? null : daysAgo(missingDaysAgo);
  const sdk = { name: 'node', version: '1.2.0', keyKind: 'server', lastAtMs: NOW, lastMissingAtMs } as const;
  return { variations, sdks: [sdk] };
}

function find(input: Partial<Omit<StalenessInput, 'flag'>> & { flag?: Partial<FlagDocument> }) {
  const { revision, ...flag } = buildFlag();
  const housekeeping = { description: '', tags: [], temporary: false, createdAtMs: daysAgo(90) };
  const findings = findStaleness({
    archived: false,
    updatedAtMs: daysAgo(90),
    usage: usageOf({ on: [80, 0], off: [80, 0] }),
    isAskedByFlags: false,
    countedSinceAtMs: daysAgo(80),
    rollouts: [],
    nowMs: NOW,
    silenceMs: 30 * DAY_MS,
    ...input,
    flag: { ...flag, ...housekeeping, ...input.flag },
  });
  return findings;
}
const criteria = (input: Parameters<typeof find>[0]) => find(input).map((finding) => finding.criterion);

test('a flag that serves both of its variations is not stale', () => {
  expect(find({})).toEqual([]);
});

test('a flag is stale from the instant at which it expires', () => {
  expect(find({ flag: { expiresAtMs: NOW } })).toEqual([{ criterion: 'expired', expiresAtMs: NOW }]);
  expect(find({ flag: { expiresAtMs: NOW + 1 } })).toEqual([]);
});

describe('a temporary flag', () => {
  const succeeded = { id: 'r1', state: { kind: 'succeeded', atMs: 5 }, active: false, updatedAtMs: 5 } as const;
  const running = { ...succeeded, id: 'r2', active: true, state: { kind: 'scheduled', startAtMs: 9 } } as const;

  test('is stale when its last rollout has ended, however', () => {
    const cancelled = {
      ...succeeded,
      id: 'r2',
      updatedAtMs: 7,
      state: { kind: 'cancelled', atMs: 7, by: { kind: 'key', id: 'k', name: 'Ann' } },
    } as const;
    expect(find({ flag: { temporary: true }, rollouts: [succeeded] })).toEqual([
      { criterion: 'rollout-over', rolloutId: 'r1', ended: 'succeeded', endedAtMs: 5 },
    ]);
    expect(find({ flag: { temporary: true }, rollouts: [succeeded, cancelled] })).toMatchObject([
      { rolloutId: 'r2', ended: 'cancelled' },
    ]);
  });

  test('is not stale before its rollout, or in the middle of the next', () => {
    expect(find({ flag: { temporary: true } })).toEqual([]);
    expect(find({ flag: { temporary: true }, rollouts: [succeeded, running] })).toEqual([]);
  });

  test('is told from a flag that is to stay', () => {
    expect(find({ rollouts: [succeeded] })).toEqual([]);
  });
});

describe('evaluations', () => {
  test('that stopped long ago, or never came, make a flag stale', () => {
    const lastAtMs = daysAgo(31);
    const countedSinceAtMs = daysAgo(80);
    expect(find({ usage: usageOf({ on: [80, 31], off: [80, 40] }) })).toEqual([
      { criterion: 'not-evaluated', lastAtMs, countedSinceAtMs },
    ]);
    expect(find({ usage: undefined })).toEqual([{ criterion: 'not-evaluated', lastAtMs: null, countedSinceAtMs }]);
  });

  test('say nothing before they were counted for long enough, of a new flag, or of one that other flags ask', () => {
    expect(find({ usage: undefined, countedSinceAtMs: daysAgo(29) })).toEqual([]);
    expect(find({ usage: undefined, countedSinceAtMs: null })).toEqual([]);
    expect(find({ usage: undefined, flag: { createdAtMs: daysAgo(29) } })).toEqual([]);
    expect(find({ usage: undefined, isAskedByFlags: true })).toEqual([]);
  });

  test('that all get one variation make a flag stale that was not changed meanwhile', () => {
    const usage = usageOf({ on: [80, 0], off: [80, 31] });
    expect(find({ usage })).toEqual([{ criterion: 'one-variation', variation: 'on', unchangedSinceAtMs: daysAgo(90) }]);
    expect(find({ usage, updatedAtMs: daysAgo(29) })).toEqual([]);
  });

  test('that began lately have not shown yet that there is one variation only', () => {
    expect(criteria({ usage: usageOf({ on: [29, 0] }) })).toEqual([]);
  });

  test('that failed because the flag was away for a while are no variation', () => {
    expect(criteria({ usage: usageOf({ on: [80, 0], [MISSING_FLAG]: [10, 10] }) })).toEqual(['one-variation']);
  });

  test.each([BREAKER_ANSWER, OVERRIDE_ANSWER])(
    'that got %s in the place of a rule’s answer are no variation',
    (answer) => {
      expect(criteria({ usage: usageOf({ on: [80, 0], [answer]: [10, 10] }) })).toEqual(['one-variation']);
    },
  );
});

describe('an archived flag', () => {
  const archived = { archived: true, updatedAtMs: daysAgo(10) };

  test('that is still asked for names the SDKs that do', () => {
    const usage = usageOf({ [MISSING_FLAG]: [9, 1] }, 1);
    expect(find({ ...archived, usage })).toEqual([
      { criterion: 'archived-in-use', archivedAtMs: daysAgo(10), lastAtMs: daysAgo(1), sdks: usage.sdks },
    ]);
  });

  test('that nobody misses is not stale, whatever else is true of it', () => {
    expect(find({ ...archived, usage: undefined, flag: { expiresAtMs: 0 } })).toEqual([]);
    expect(find({ ...archived, usage: usageOf({ on: [80, 11] }) })).toEqual([]);
    // Asked for before it was restored and archived again.
    expect(find({ ...archived, usage: usageOf({ [MISSING_FLAG]: [20, 11] }, 11) })).toEqual([]);
  });
});
