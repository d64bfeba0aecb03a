import type { Flag } from '@tidegate/sdk-core';
import { unitHashes } from '@tidegate/sdk-core/complete';
import { answered, buildFlag, InMemoryWire } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { batchesOf, clientOn, countsOf, eventsOf, standIn, startedOn } from './page-world.fixture.ts';

const OFF = buildFlag({ enabled: false });
const ROLLOUT = buildFlag({
  fallthrough: {
    kind: 'rollout',
    rolloutId: 'r1',
    epoch: 1,
    stageIndex: 0,
    treatment: 'on',
    control: 'off',
    treatmentPpm: 1_000_000,
  },
});
const CUT = () => ({ kind: 'failed', message: 'cut' }) as const;

test('evaluations are counted, and those under a rollout expose their unit, once', async () => {
  const wire = new InMemoryWire().seed({ flags: [ROLLOUT, buildFlag({ key: 'plain' })] });
  const client = await startedOn(wire);
  client.variation('new-checkout', false);
  client.variationDetail('new-checkout', false);
  client.variation('plain', false);
  client.allVariations();
  client.peek('plain', false);
  await wire.time.advance(2_000);
  expect(batchesOf(wire)).toMatchObject([
    {
      seq: 1,
      rows: [{ of: 'exposures', rolloutId: 'r1', epoch: 1, stageIndex: 0, arm: 'treatment', ...unitHashes('ann') }],
      counts: [
        ['["new-checkout","on"]', 2],
        ['["plain","on"]', 1],
      ],
    },
  ]);
});

test('asks for a flag that is not there are counted, and those that the flag leaves to the caller', async () => {
  const fallthrough = { kind: 'variation', variation: '$default' } as const;
  const wire = new InMemoryWire().seed({ flags: [buildFlag({ key: 'yours', fallthrough })] });
  const client = await startedOn(wire);
  for (const key of ['new-chekcout', 'yours', 'new-chekcout']) expect(client.variation(key, true)).toBe(true);
  await wire.time.advance(2_000);
  expect([...countsOf(wire)]).toEqual([
    ['["new-chekcout","$missing"]', 2],
    ['["yours","$default"]', 1],
  ]);
});

test('keys that a page makes up without end fill no memory', async () => {
  const wire = new InMemoryWire().seed({ flags: [OFF] });
  const client = await startedOn(wire);
  for (let made = 0; made < 5_000; made++) client.variation(`made-up-${made}`, 0);
  client.variation('long'.repeat(1_000), 0);
  client.variation('made-up-0', 0);
  await wire.time.advance(2_000);
  expect(countsOf(wire).size).toBe(1_000);
  expect(countsOf(wire).get('["made-up-0","$missing"]')).toBe(2);
});

test('nothing of a context leaves with events but the hashes of its unit', async () => {
  const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
  const client = await startedOn(wire, { context: { targetingKey: 'ann@example.com', email: 'secret@example.com' } });
  client.variation('new-checkout', false);
  client.track('paid', { value: 3 });
  client.run('new-checkout', { control: () => 0, treatment: () => 1 });
  await client.close();
  expect(wire.batches).toHaveLength(1);
  expect(JSON.stringify(wire.batches)).not.toContain('example.com');
});

test('run takes the branch of the value and reports how long it took', async () => {
  const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
  const client = await startedOn(wire);
  expect(client.run('new-checkout', { control: () => 'c', treatment: () => 't' })).toBe('t');
  const slow = client.run('new-checkout', {
    control: () => Promise.resolve(0),
    treatment: () => new Promise<number>((resolve) => wire.time.after(250, () => resolve(7))),
  });
  await wire.time.advance(300);
  expect(await slow).toBe(7);
  await wire.time.advance(2_000);
  const durations = batchesOf(wire)[0]?.rows.filter(({ event }) => event === '$duration:new-checkout');
  expect(durations).toMatchObject([{ value: 0 }, { value: 250 }]);
});

test('run rethrows and rejects as its branch does, and reports the error', async () => {
  const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
  const client = await startedOn(wire);
  const failing = {
    control: () => undefined,
    treatment: () => {
      throw new TypeError('broken');
    },
  };
  expect(() => client.run('new-checkout', failing)).toThrow(new TypeError('broken'));
  const rejecting = { control: async () => undefined, treatment: () => Promise.reject(new Error('late')) };
  await expect(client.run<Promise<undefined>>('new-checkout', rejecting)).rejects.toThrow('late');
  await wire.time.advance(2_000);
  const [duration, error] = ['$duration:new-checkout', '$error:new-checkout'];
  expect(eventsOf(wire)).toEqual(['exposures', duration, error, duration, error]);
});

test('run of a flag without a rollout reports nothing but its evaluation', async () => {
  const wire = new InMemoryWire().seed({ flags: [OFF] });
  const client = await startedOn(wire);
  expect(client.run('new-checkout', { control: () => 'c', treatment: () => 't' })).toBe('c');
  expect(client.run('unknown', { control: () => 'c', treatment: () => 't' })).toBe('c');
  await wire.time.advance(2_000);
  expect(eventsOf(wire)).toEqual([]);
  expect([...countsOf(wire).values()]).toEqual([1, 1]);
});

test('a measurement is reported once, when it ends', async () => {
  const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
  const client = await startedOn(wire);
  const { value, end } = client.measure('new-checkout', false);
  expect(value).toBe(true);
  await wire.time.advance(400);
  end({ failed: true });
  end({ failed: false });
  await wire.time.advance(2_000);
  expect(batchesOf(wire)[0]?.rows.slice(1)).toMatchObject([
    { event: '$duration:new-checkout', value: 400 },
    { event: '$error:new-checkout', value: 1 },
  ]);
});

test('an outcome also counts for the organisation that a rollout measures', async () => {
  const byOrg = buildFlag({ fallthrough: { ...ROLLOUT.fallthrough, unit: 'org' } as Flag['fallthrough'] });
  const wire = new InMemoryWire().seed({ flags: [byOrg] });
  const client = await startedOn(wire, { context: { targetingKey: 'ann', org: 'acme' } });
  client.variation('new-checkout', false);
  client.track('paid');
  await wire.time.advance(2_000);
  expect(batchesOf(wire)[0]?.rows).toMatchObject([
    { of: 'exposures', ...unitHashes('acme') },
    { of: 'outcomes', ...unitHashes('ann') },
    { of: 'outcomes', ...unitHashes('acme') },
  ]);
});

test('while the server is away one batch waits under its number, and the instants of its rows stay as they were', async () => {
  const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
  const client = await startedOn(wire);
  wire.faults = { answer: CUT };
  const startedMs = wire.time.nowMs();
  client.track('first');
  await wire.time.advance(60_000);
  client.track('second');
  wire.faults = {};
  await wire.time.advance(60_000);
  expect(eventsOf(wire)).toEqual(['first', 'second']);
  expect(batchesOf(wire).map(({ seq }) => seq)).toEqual([1, 2]);
  const [first] = batchesOf(wire);
  expect(first?.rows[0]?.['atMs']).toBe(startedMs);
  expect(first?.atMs).toBeGreaterThan(startedMs + 60_000);
});

test('a batch whose acknowledgement was lost comes again under its number, and only then the next', async () => {
  const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
  const client = await startedOn(wire);
  let lost = 0;
  wire.faults = {
    answer(request) {
      if (!request.path.endsWith('/events') || lost === 3) return undefined;
      lost += 1;
      wire.count(request);
      return CUT();
    },
  };
  client.track('paid');
  await wire.time.advance(60_000);
  client.track('paid');
  await wire.time.advance(2_000);
  expect(lost).toBe(3);
  expect(eventsOf(wire)).toEqual(['paid', 'paid']);
});

test.each([
  ['a portal’s page', answered(200, '<html>')],
  ['404', answered(404)],
  ['409', answered(409)],
  ['503', answered(503)],
])('%s says nothing of a batch, which comes again', async (_, answer) => {
  const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
  const page = await startedOn(wire);
  const problems: string[] = [];
  page.on('error', ({ code }) => problems.push(code));
  // What the wire makes 202 of is 200: an answer of somebody else’s goes through as another one.
  wire.faults = {
    answer: ({ path }) => (path.endsWith('/events') ? { ...answer, status: answer.status + 1 } : undefined),
  };
  page.track('paid');
  await wire.time.advance(60_000);
  expect(problems).toEqual(['events-unreachable']);
  wire.faults = {};
  await wire.time.advance(60_000);
  expect(eventsOf(wire)).toEqual(['paid']);
});

test('a batch that can never be accepted is lost, told, and counted in the next one', async () => {
  const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
  const client = await startedOn(wire);
  const problems: string[] = [];
  client.on('error', ({ code }) => problems.push(code));
  wire.faults = { answer: () => answered(400, '{"code":"invalid-request"}') };
  client.variation('new-checkout', false);
  client.track('paid');
  client.track('paid');
  await wire.time.advance(2_000);
  expect(problems).toEqual(['events-refused']);
  wire.faults = {};
  client.variation('new-checkout', false);
  await wire.time.advance(2_000);
  expect(batchesOf(wire)).toMatchObject([{ seq: 2, rows: [{ of: 'exposures' }] }]);
  expect([...countsOf(wire)].sort()).toEqual([
    ['["new-checkout","on"]', 2],
    ['exposures', 1],
    ['outcomes', 2],
  ]);
});

test('a server that refuses whatever comes is asked ever more rarely, and no flush says that it was told', async () => {
  const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
  const client = await startedOn(wire);
  let refusedCount = 0;
  wire.faults = {
    answer: ({ path }) => {
      if (!path.endsWith('/events')) return undefined;
      refusedCount += 1;
      return answered(400, '{"code":"invalid-request"}');
    },
  };
  client.variation('new-checkout', false);
  const flushed = client.flush({ timeoutMs: 10_000 });
  await wire.time.advance(3_600_000);
  expect(await flushed).toBe(false);
  expect(refusedCount).toBeGreaterThan(100);
  expect(refusedCount).toBeLessThan(400);
  wire.faults = {};
  expect(await client.close()).toBe(true);
  expect(countsOf(wire).get('["new-checkout","on"]')).toBe(1);
});

test('what finds no room is dropped and counted, and an exposure is tried again', async () => {
  const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
  const client = await startedOn(wire, { events: { queueBytesMax: 1_000 } });
  wire.faults = { answer: CUT };
  for (let event = 0; event < 10; event++) client.track('paid');
  client.variation('new-checkout', false);
  await wire.time.advance(2_000);
  wire.faults = {};
  await wire.time.advance(10_000);
  client.variation('new-checkout', false);
  await wire.time.advance(10_000);
  expect(eventsOf(wire)).toEqual(['paid', 'paid', 'paid', 'paid', 'exposures']);
  expect(countsOf(wire).get('outcomes')).toBe(6);
  expect(countsOf(wire).get('exposures')).toBe(1);
});

test('flush is fulfilled when all that was recorded before it is told, however many batches that takes', async () => {
  const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
  const client = await startedOn(wire);
  expect(await client.flush()).toBe(true);
  expect(wire.batches).toEqual([]);
  for (let event = 0; event < 600; event++) client.track('paid');
  expect(await client.flush()).toBe(true);
  expect(eventsOf(wire)).toHaveLength(600);
  wire.faults = { answer: CUT };
  client.track('paid');
  const flushed = client.flush({ timeoutMs: 1_000 });
  await wire.time.advance(1_000);
  expect(await flushed).toBe(false);
});

test('close does not wait out a failure before its last attempt', async () => {
  const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
  standIn(wire);
  wire.faults = {
    answer: ({ path }) => (path.endsWith('/events') ? answered(503, '', { 'retry-after': '200' }) : undefined),
  };
  const client = clientOn(wire);
  await client.waitForInitialization();
  client.track('paid');
  await wire.time.advance(3_000);
  wire.faults = {};
  expect(await client.close()).toBe(true);
  expect(eventsOf(wire)).toEqual(['paid']);
  expect(wire.time.timerCount()).toBe(0);
});

test('to close twice takes nothing from the first', async () => {
  const wire = new InMemoryWire().seed({ flags: [ROLLOUT] });
  const client = await startedOn(wire);
  for (let event = 0; event < 600; event++) client.track('paid');
  const closed = client.close();
  expect(await Promise.all([closed, client.close({ timeoutMs: 0 })])).toEqual([true, true]);
  expect(eventsOf(wire)).toHaveLength(600);
});
