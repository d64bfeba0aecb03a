import { expect, test } from 'vitest';
import type { NodeClient, RunOptions } from '../node-client.ts';
import { rolloutFlag, startedClient } from '../started-client.fixture.ts';
import { BREAKER_LIMITS } from './breaker-state.ts';
import type { BreakerChange } from './breakers.ts';

const TREATED = rolloutFlag(1_000_000);
const NO_ANSWER = { kind: 'answered', status: 503, body: '', headers: { get: () => null } } as const;

/** What runs of one user give: the branch that ran, or the error of it. */
function runAs(client: NodeClient, user: string, treatment: () => string, options?: RunOptions): string {
  try {
    return client.run('new-checkout', { targetingKey: user }, { control: () => 'control', treatment }, options);
  } catch (error) {
    return String(error);
  }
}

function broken(): never {
  throw new Error('broken');
}

function failUntilOpen(client: NodeClient, options?: RunOptions): void {
  for (let call = 0; call < BREAKER_LIMITS.failures; call++) {
    expect(runAs(client, `failing-${call}`, broken, options)).toBe('Error: broken');
  }
}

test('treatment that keeps failing gives way to control, and comes back when it works again', async () => {
  const { client, wire } = await startedClient([TREATED]);
  const changes: BreakerChange[] = [];
  client.on('breaker', (change) => changes.push(change));
  failUntilOpen(client);
  expect(runAs(client, 'ann', broken)).toBe('control');
  expect(client.status().breakers).toEqual([{ flagKey: 'new-checkout', state: 'open', openForMs: 0 }]);

  await wire.time.advance(BREAKER_LIMITS.pauseMs);
  expect(runAs(client, 'ann', () => 'treatment')).toBe('treatment');
  expect(client.status().breakers).toEqual([]);
  expect(changes.map(({ from, to }) => `${from} ${to}`)).toEqual(['closed open', 'open halfOpen', 'halfOpen closed']);
  expect(wire.logs.filter((line) => line.includes('breaker'))).toEqual([
    'warn breaker of "new-checkout" opened: its treatment keeps failing, control runs',
    'info breaker of "new-checkout" closed: its treatment works again',
  ]);
});

test('while a probe runs, and after it failed, everybody else gets control', async () => {
  const { client, wire } = await startedClient([TREATED]);
  failUntilOpen(client);
  await wire.time.advance(BREAKER_LIMITS.pauseMs);
  let fail = (_: Error): void => undefined;
  const slow = new Promise<string>((_, reject) => {
    fail = reject;
  });
  const probe = client.run(
    'new-checkout',
    { targetingKey: 'ann' },
    { control: async () => 'control', treatment: () => slow },
  );
  expect(runAs(client, 'bob', () => 'treatment')).toBe('control');
  fail(new Error('still broken'));
  await expect(probe).rejects.toThrow('still broken');
  expect(client.status().breakers).toMatchObject([{ state: 'open', openForMs: BREAKER_LIMITS.pauseMs }]);
  expect(runAs(client, 'bob', () => 'treatment')).toBe('control');
});

test('a forced answer exposes nobody and reports no outcome: it is counted as $breaker', async () => {
  const { client, reported } = await startedClient([TREATED]);
  failUntilOpen(client);
  const before = await reported();
  expect(before.arms).toEqual(Array(BREAKER_LIMITS.failures).fill(1));
  runAs(client, 'ann', broken);
  runAs(client, 'bob', broken);
  const after = await reported();
  expect(after.arms).toEqual(before.arms);
  expect(after.outcomes).toEqual(before.outcomes);
  expect(after.counted).toEqual({ 'new-checkout on': BREAKER_LIMITS.failures, 'new-checkout $breaker': 2 });
});

test('while the breaker is open, control’s own units are not exposed either, so that the arms stay alike', async () => {
  const { client, reported, wire } = await startedClient([TREATED]);
  failUntilOpen(client);
  const before = await reported();
  wire.publish({ kind: 'flag', key: 'new-checkout', document: rolloutFlag(0, { revision: 2 }) });
  expect(runAs(client, 'carl', broken)).toBe('control');
  const after = await reported();
  expect(after.arms).toEqual(before.arms);
  expect(after.counted).toMatchObject({ 'new-checkout off': 1 });
});

test('a probe is no exposure; the first call after it closed is one', async () => {
  const { client, reported, wire } = await startedClient([TREATED]);
  failUntilOpen(client);
  await wire.time.advance(BREAKER_LIMITS.pauseMs);
  runAs(client, 'ann', () => 'treatment');
  expect((await reported()).arms).toHaveLength(BREAKER_LIMITS.failures);
  runAs(client, 'ann', () => 'treatment');
  expect((await reported()).arms).toHaveLength(BREAKER_LIMITS.failures + 1);
});

test('it works while the server is down', async () => {
  const { client, wire } = await startedClient([TREATED]);
  wire.faults = { refuseStreams: true, answer: () => NO_ANSWER };
  for (const stream of wire.openStreams) stream.lose();
  failUntilOpen(client);
  expect(runAs(client, 'ann', broken)).toBe('control');
});

test('one flag’s failures open no other flag’s breaker', async () => {
  const { client } = await startedClient([TREATED, rolloutFlag(1_000_000, { key: 'search' })]);
  failUntilOpen(client);
  const branches = { control: () => 'control', treatment: () => 'treatment' };
  expect(client.run('search', { targetingKey: 'ann' }, branches)).toBe('treatment');
});

test('the limits of a call stand before those of the client, and false means none', async () => {
  const { client } = await startedClient([TREATED], { breaker: { failures: 100 } });
  failUntilOpen(client, { breaker: false });
  expect(client.status().breakers).toEqual([]);
  expect(runAs(client, 'ann', broken, { breaker: { failures: 1 } })).toBe('Error: broken');
  expect(client.status().breakers).toMatchObject([{ state: 'open' }]);
});

test('what control throws counts for nothing', async () => {
  const { client } = await startedClient([rolloutFlag(0)]);
  for (let call = 0; call < 20; call++) {
    expect(() => client.run('new-checkout', { targetingKey: 'ann' }, { control: broken, treatment: broken })).toThrow();
  }
  expect(client.status().breakers).toEqual([]);
});
