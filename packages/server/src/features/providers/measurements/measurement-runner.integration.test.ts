import type { ProviderGuard } from '@tidegate/analysis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttpClient } from '../../../http-client/index.ts';
import {
  hang,
  replyJson,
  replyText,
  type StandIn,
  startStandIn,
} from '../../../http-client/stand-in-server.fixture.ts';
import { type ManualPlatform, manualPlatform } from '../../../manual-platform.fixture.ts';
import { createKeysOfEverySort, ENVIRONMENT } from '../../../rest-api.fixture.ts';
import { openSqliteStorage } from '../../../storage/sqlite/sqlite-storage.ts';
import type { Storage } from '../../../storage/storage.ts';
import { type MeasurementRun, startRun } from './measurement-run.ts';
import { MeasurementRunner } from './measurement-runner.ts';

const MINUTE_MS = 60_000;
let standIn: StandIn;
let storage: Storage;
let platform: ManualPlatform;
let runner: MeasurementRunner;
let measuredCount: number;
let closed: string[];
let mayMeasure: boolean;
let startedAtMs: number;
const errors: unknown[] = [];

beforeEach(async () => {
  standIn = await startStandIn();
  storage = openSqliteStorage({ file: ':memory:' });
  await storage.migrate();
  platform = manualPlatform((error) => errors.push(error));
  await createKeysOfEverySort({ ...platform, storage });
  const document = { kind: 'web', description: '', address: standIn.url, timeoutMs: 5_000, lagMs: 0 };
  const createdBy = { kind: 'setup', id: 'test', name: 'test' } as const;
  const id = { kind: 'provider', scope: ENVIRONMENT, key: 'web' } as const;
  await storage.createSettings({ ...id, version: 1, document, createdAtMs: 0, createdBy });
  // What began a while ago has a window to be asked about.
  startedAtMs = platform.nowMs() - 10 * MINUTE_MS;
  mayMeasure = true;
  runner = openRunner();
});
afterEach(async () => {
  await runner.stop();
  await storage.close();
  await standIn.close();
  expect(errors.splice(0)).toEqual([]);
});

function openRunner(): MeasurementRunner {
  const made = new MeasurementRunner({
    storage,
    platform,
    client: createHttpClient({ platform, allowedHosts: [standIn.host] }),
    secrets: new Map(),
    mayMeasure: () => mayMeasure,
    onMeasured: () => {
      measuredCount += 1;
    },
    onClosed: (rolloutId) => closed.push(rolloutId),
    onError: (error) => errors.push(error),
  });
  measuredCount = 0;
  closed = [];
  made.start();
  return made;
}

function guard(other: Partial<ProviderGuard> = {}): ProviderGuard {
  return {
    name: 'errors',
    provider: 'web',
    arms: 'treatment',
    query: { kind: 'scalar', value: '/{{ args.variant }}#', args: {}, windowMs: 300_000 },
    limits: { failureCondition: 'result > 5', intervalMs: MINUTE_MS, failureLimit: 1 },
    deadline: { afterMs: MINUTE_MS, then: 'abort' },
    ...other,
  };
}

function open(...guards: readonly ProviderGuard[]): void {
  goOn(guards, startRun(guards, startedAtMs));
}

function goOn(guards: readonly ProviderGuard[], run: MeasurementRun): void {
  const arms = { treatment: 'new', control: 'old' };
  runner.open({ rolloutId: 'run', environment: ENVIRONMENT, epoch: 1, guards, arms }, run);
}

const assess = () => runner.assess('run', 1);
const runNow = () => runner.find('run')?.run;

/** One more answer, after the time has passed. */
async function measure(afterMs: number): Promise<void> {
  const before = measuredCount;
  await platform.advance(afterMs);
  await expect.poll(() => measuredCount).toBeGreaterThan(before);
}

test('a guard is measured at its interval, and its second failure is one too many', async () => {
  open(guard());
  expect(assess()?.verdict).toBe('pending');
  standIn.reply(replyJson(9));
  await measure(1_000);
  expect(assess()?.verdict).toBe('running');
  await platform.advance(MINUTE_MS - 1_000);
  expect(standIn.requests).toHaveLength(1);
  await measure(2_000);
  expect(assess()).toMatchObject({ verdict: 'failed', detail: expect.stringContaining('errors: failed (2)') });
  expect(runNow()?.guards).toMatchObject([{ lastAnswer: { verdict: 'failed', arms: { treatment: { value: 9 } } } }]);
});

test('a slow provider is asked once at a time, and holds no other guard up', async () => {
  open(guard(), guard({ name: 'quick', query: { ...guard().query, value: '/quick#' } }));
  standIn.reply((response, seen) => (seen.path === '/quick' ? replyJson(1) : hang)(response, seen));
  await measure(1_000);
  await platform.advance(3_000);
  expect(standIn.requests.map(({ path }) => path).sort()).toEqual(['/new', '/quick']);
  expect(runNow()?.guards.map(({ tally }) => tally.count)).toEqual([0, 1]);
  expect(assess()?.verdict).toBe('pending');
});

test('with the provider away nothing fails and nothing passes, and it goes on when it is back', async () => {
  open(guard({ limits: { ...guard().limits, count: 2 } }));
  standIn.reply(replyText('<html>', 503));
  await measure(1_000);
  await measure(11_000);
  expect(assess()).toMatchObject({ verdict: 'running', detail: expect.stringContaining('unavailable') });
  expect(runNow()?.guards).toMatchObject([{ lastAnswer: null, lastError: { class: 'unavailable' } }]);
  standIn.reply(replyJson(1));
  await measure(21_000);
  await measure(MINUTE_MS + 1_000);
  expect(assess()?.verdict).toBe('successful');
});

test('a provider that asks to be left alone is not asked before', async () => {
  open(guard());
  standIn.reply(replyText('', 429, { 'retry-after': '120' }));
  await measure(1_000);
  await platform.advance(119_000);
  expect(standIn.requests).toHaveLength(1);
  await measure(2_000);
  expect(standIn.requests).toHaveLength(2);
});

test('after a restart it goes on with what was kept, and measures nothing twice', async () => {
  open(guard());
  standIn.reply(replyJson(9));
  await measure(1_000);
  const saved: MeasurementRun = JSON.parse(JSON.stringify(runNow()));
  await runner.stop();
  runner = openRunner();
  goOn([guard()], saved);
  await platform.advance(MINUTE_MS - 2_000);
  expect(standIn.requests).toHaveLength(1);
  await measure(3_000);
  expect(assess()?.verdict).toBe('failed');
});

test('a clock that was set back keeps no guard from being measured', async () => {
  open(guard());
  standIn.reply(replyJson(1));
  await measure(1_000);
  const saved: MeasurementRun = JSON.parse(JSON.stringify(runNow()));
  const [one] = saved.guards;
  if (one?.tally.last == null) throw new Error('expected a measurement');
  const last = { ...one.tally.last, atMs: platform.nowMs() + 60 * MINUTE_MS };
  goOn([guard()], { ...saved, guards: [{ ...one, tally: { ...one.tally, last } }] });
  await measure(1_000);
  expect(runNow()?.guards[0]?.tally.last?.atMs).toBe(platform.nowMs());
});

test('both arms reach one condition, and a share of nothing is no data', async () => {
  const texts = { events: '/events-{{ args.variant }}#', units: '/units-{{ args.variant }}#' };
  const counted = { counters: 'window', absentEvents: 'no_data', args: {}, windowMs: 300_000 };
  const condition =
    'result.treatment.events / result.treatment.units > 2 * result.control.events / result.control.units';
  open(
    guard({
      arms: 'both',
      query: { kind: 'counts', ...texts, ...counted },
      limits: { failureCondition: condition, intervalMs: MINUTE_MS },
    }),
  );
  const answers = new Map(
    Object.entries({ '/events-new': 0, '/units-new': 0, '/events-old': 10, '/units-old': 1_000 }),
  );
  standIn.reply((response, seen) => replyJson(answers.get(seen.path))(response, seen));
  await measure(1_000);
  expect(assess()?.verdict).toBe('no_data');
  answers.set('/units-new', 100).set('/events-new', 3);
  await measure(MINUTE_MS + 1_000);
  expect(assess()?.verdict).toBe('failed');
});

test('before there is a window to ask about nothing is asked, and that is no data', async () => {
  startedAtMs = platform.nowMs() + 500;
  open(guard());
  await measure(1_000);
  expect(assess()?.verdict).toBe('no_data');
  expect(standIn.requests).toEqual([]);
});

test('a provider that is not there waits for a person', async () => {
  open(guard({ provider: 'nobody' }));
  await measure(1_000);
  expect(assess()).toMatchObject({ verdict: 'error', detail: expect.stringContaining('nobody') });
});

test('a fault in asking waits as any error does, and is told', async () => {
  const of = { kind: 'provider', scope: ENVIRONMENT, key: 'web' } as const;
  const saved = await storage.findSettings(of);
  if (saved === undefined) throw new Error('expected the provider');
  // As nothing saves it: what no schema has seen fails where it is used.
  await storage.createSettings({ ...saved, version: 2, document: { kind: 'web', address: 'nowhere' } });
  open(guard());
  await measure(1_000);
  expect(runNow()?.guards).toMatchObject([{ lastError: { class: 'malformed', message: /see its log/ } }]);
  await platform.advance(5_000);
  expect(errors.splice(0)).toHaveLength(1);
});

test('a run that is closed is asked for no more, and its late answer is nobody’s', async () => {
  open(guard());
  standIn.reply(hang);
  await platform.advance(1_000);
  await expect.poll(() => standIn.requests.length).toBe(1);
  runner.close('run');
  await platform.advance(10 * MINUTE_MS);
  expect(assess()).toBeUndefined();
  expect(measuredCount).toBe(0);
  expect(standIn.requests).toHaveLength(1);
});

test('a node that may not measure any more asks nothing, knows nothing, and keeps nothing for it', async () => {
  open(guard());
  mayMeasure = false;
  await platform.advance(1_000);
  expect(assess()).toBeUndefined();
  expect(standIn.requests).toEqual([]);
  expect(closed).toEqual(['run']);
});
