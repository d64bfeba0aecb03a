import { Writable } from 'node:stream';
import { channelSettingsSchema, type NoticeKind } from '@tidegate/protocol';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttpClient, socketOpener } from '../../http-client/index.ts';
import {
  hang,
  replyText,
  type StandIn,
  type StandInReply,
  startStandIn,
} from '../../http-client/stand-in-server.fixture.ts';
import { type ManualPlatform, manualPlatform } from '../../manual-platform.fixture.ts';
import { createKeysOfEverySort, ENVIRONMENT } from '../../rest-api.fixture.ts';
import { buildDecision, buildRollout, createEnvironment } from '../../storage/contract/builders.contract.ts';
import { openSqliteStorage } from '../../storage/sqlite/sqlite-storage.ts';
import type { LeaseToken, NoticeState, RolloutRow, Storage } from '../../storage/storage.ts';
import { addressed } from './compose/notices-of-decision.ts';
import { buildNotice } from './notice.fixture.ts';
import { OutboxDispatcher } from './outbox-dispatcher.ts';

const HUSH = 'hush-9f2c-4411-outbox';
const SIGNING = `whsec_${Buffer.from('a secret of thirty-two bytes or so').toString('base64')}`;
const DAY_MS = 86_400_000;

let platform: ManualPlatform;
let storage: Storage;
let lease: LeaseToken;
let logged: string;
let standIns: StandIn[];
let dispatchers: OutboxDispatcher[];
const errors: unknown[] = [];

beforeEach(async () => {
  logged = '';
  [standIns, dispatchers] = [[], []];
  platform = manualPlatform((error) => errors.push(error));
  storage = openSqliteStorage({ file: ':memory:', nowMs: platform.nowMs });
  await storage.migrate();
  await createKeysOfEverySort({ ...platform, storage });
  const taken = await storage.acquireLease('holder', 'node-1', DAY_MS);
  if (taken === undefined) throw new Error('expected the lease');
  lease = taken;
});
afterEach(async () => {
  await Promise.all(dispatchers.map((dispatcher) => dispatcher.stop()));
  await Promise.all(standIns.map((standIn) => standIn.close()));
  await storage.close();
  expect(errors.splice(0)).toEqual([]);
});

async function open(reply: StandInReply): Promise<StandIn> {
  const standIn = await startStandIn();
  standIns.push(standIn);
  standIn.reply(reply);
  return standIn;
}

/** A node that holds the environment, unless the test says that it does not. */
function dispatch({
  faults = {},
  holds = true,
}: {
  faults?: Partial<Storage>;
  holds?: boolean;
} = {}): OutboxDispatcher {
  const sink = new Writable({
    write(chunk, _encoding, written) {
      logged += chunk;
      written();
    },
  });
  const options = { platform, allowedHosts: standIns.map(({ host }) => host) };
  const secrets = new Map([
    ...standIns.map(({ host }) => [`signing-${host.split(':')[1]}`, { value: SIGNING, host }] as const),
    ...standIns.map(({ host }) => [`hush-${host.split(':')[1]}`, { value: HUSH, host }] as const),
  ]);
  const dispatcher = new OutboxDispatcher({
    client: createHttpClient(options),
    openSocket: socketOpener(options),
    secrets,
    platform,
    storage: { ...storage, ...faults },
    log: pino({ level: 'trace' }, sink),
    leases: { held: () => (holds ? [ENVIRONMENT] : []), holding: () => (holds ? { lease } : undefined) },
  });
  dispatchers.push(dispatcher);
  return dispatcher;
}

async function saveChannel(
  key: string,
  { url, host }: StandIn,
  kind: 'webhook' | 'alertmanager' = 'webhook',
  scope = ENVIRONMENT,
) {
  const port = host.split(':')[1];
  const own =
    kind === 'webhook'
      ? { url, secret: { secret: `signing-${port}` } }
      : { address: url, auth: { kind: 'bearer', token: { secret: `hush-${port}` } } };
  const document = channelSettingsSchema.parse({ kind, ...own });
  const createdBy = { kind: 'setup', id: 't', name: 't' } as const;
  const id = { kind: 'channel', scope, key } as const;
  await storage.createSettings({ ...id, version: 1, document, createdAtMs: 0, createdBy });
}

async function startRollout(overrides: Partial<RolloutRow> = {}): Promise<RolloutRow> {
  const rollout = buildRollout(ENVIRONMENT, overrides);
  expect(await storage.createRollout(rollout)).toBe('created');
  return rollout;
}

/** Saves a decision that tells this, as the controller does. */
async function decide({ id, plan }: RolloutRow, kind: NoticeKind): Promise<void> {
  const row = await storage.findRollout(ENVIRONMENT, id);
  if (row === undefined) throw new Error('no rollout');
  const notice = buildNotice({ kind, rolloutId: id, sequence: row.version, alarm: 'raised' });
  const notices = await addressed(storage, { environment: ENVIRONMENT, plan }, [{ notice }]);
  const decision = buildDecision(row, { expectedVersion: row.version, notices, atMs: platform.nowMs() });
  expect(await storage.saveDecision(decision, null)).toMatchObject({ kind: 'saved' });
}

const seenBy = ({ requests }: StandIn): string[] => requests.map(({ body }) => JSON.parse(body).data.kind);
const idsSeenBy = ({ requests }: StandIn) => requests.map(({ headers }) => headers['webhook-id']);
const inState = async (state: NoticeState) => (await storage.listNotices(ENVIRONMENT, { limit: 50, state })).length;
const taken = replyText('', 204);
/** On a machine that is busy with other tests. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 15_000 });

test('what is decided is told at once, in order, each when the one before was taken', async () => {
  const standIn = await open(taken);
  await saveChannel('ops', standIn);
  const rollout = await startRollout();
  for (const kind of ['started', 'step', 'killed', 'rolled-back'] as const) await decide(rollout, kind);
  await dispatch().look(ENVIRONMENT);
  await eventually(() => inState('sent')).toBe(4);
  expect(seenBy(standIn)).toEqual(['started', 'step', 'killed', 'rolled-back']);
});

test('what fails is tried again, later each time, and those behind it wait for it', async () => {
  const standIn = await open(replyText('<html>', 500));
  await saveChannel('ops', standIn);
  const rollout = await startRollout();
  await decide(rollout, 'started');
  await decide(rollout, 'killed');
  const dispatcher = dispatch();
  for (let tries = 1; tries <= 3; tries += 1) {
    await dispatcher.look(ENVIRONMENT);
    await eventually(async () => {
      const oldest = (await storage.listNotices(ENVIRONMENT, { limit: 50 })).at(-1);
      return (
        oldest?.tries === tries && oldest.dueAtMs > platform.nowMs() && oldest.failure === 'unavailable: 500 <html>'
      );
    }).toBe(true);
    expect(standIn.requests).toHaveLength(tries);
    await platform.advance(600_000);
  }
  standIn.reply(taken);
  await dispatcher.look(ENVIRONMENT);
  await eventually(() => inState('sent')).toBe(2);
  expect(seenBy(standIn)).toEqual(['started', 'started', 'started', 'started', 'killed']);
  expect(new Set(idsSeenBy(standIn)).size).toBe(2);
});

test('a sender that fails by itself is tried again, given up for all to see, and holds up nobody else', async () => {
  const standIn = await open(taken);
  await saveChannel('ops', standIn);
  await saveChannel('broken', standIn);
  const broken = await storage.findSettings({ kind: 'channel', scope: ENVIRONMENT, key: 'broken' });
  if (broken === undefined) throw new Error('expected the channel');
  // As nothing saves it: what no schema has seen fails where it is used.
  await storage.createSettings({ ...broken, version: 2, document: { kind: 'webhook', url: 'no address' } });
  const rollout = await startRollout();
  await decide(rollout, 'started');
  await decide(rollout, 'killed');
  const dispatcher = dispatch();
  const toBroken = async () => {
    const all = await storage.listNotices(ENVIRONMENT, { limit: 50 });
    return all.filter(({ target }) => target === 'channel:broken').toReversed();
  };
  for (let tries = 1; tries <= 5; tries += 1) {
    await dispatcher.look(ENVIRONMENT);
    await eventually(async () => {
      const [oldest] = await toBroken();
      return oldest?.tries === tries && (oldest.state === 'given-up' || oldest.dueAtMs > platform.nowMs());
    }).toBe(true);
    await platform.advance(600_000);
  }
  expect(await inState('sent')).toBe(2);
  expect(seenBy(standIn)).toEqual(['started', 'killed']);
  const failure = 'rejected: The sender failed: see the log.';
  expect((await toBroken())[0]).toMatchObject({ state: 'given-up', failure });
  await eventually(async () => (await toBroken())[1]?.tries).toBeGreaterThan(0);
  expect(logged).toContain('a sender failed');
});

test('who asks for time is given it', async () => {
  const standIn = await open(replyText('', 429, { 'retry-after': '120' }));
  await saveChannel('ops', standIn);
  await decide(await startRollout(), 'killed');
  await dispatch().look(ENVIRONMENT);
  const dueAtMs = platform.nowMs() + 120_000;
  await eventually(async () => (await storage.listNotices(ENVIRONMENT, { limit: 1 }))[0]?.dueAtMs).toBe(dueAtMs);
});

test('what is rejected is given up, and what is behind it is sent', async () => {
  const standIn = await open((response, { body }) => {
    response.writeHead(JSON.parse(body).data.kind === 'started' ? 422 : 204).end();
  });
  await saveChannel('ops', standIn);
  const rollout = await startRollout();
  await decide(rollout, 'started');
  await decide(rollout, 'killed');
  await dispatch().look(ENVIRONMENT);
  await eventually(() => inState('sent')).toBe(1);
  expect(await inState('given-up')).toBe(1);
});

test('what nobody took for a day is given up, and sent when somebody says so', async () => {
  const standIn = await open(replyText('', 503));
  await saveChannel('ops', standIn);
  await decide(await startRollout(), 'killed');
  const dispatcher = dispatch();
  await platform.advance(DAY_MS);
  await dispatcher.look(ENVIRONMENT);
  await eventually(() => inState('given-up')).toBe(1);
  const [notice] = await storage.listNotices(ENVIRONMENT, { limit: 1, state: 'given-up' });
  standIn.reply(taken);
  await storage.resendNotice(ENVIRONMENT, notice?.number ?? 0, platform.nowMs());
  await dispatcher.look(ENVIRONMENT);
  await eventually(() => inState('sent')).toBe(1);
  expect(new Set(idsSeenBy(standIn))).toEqual(new Set([notice?.id]));
});

test('who dies between sending and settling sends it again, under the same id', async () => {
  const standIn = await open(taken);
  await saveChannel('ops', standIn);
  await decide(await startRollout(), 'killed');
  const dies = async () => {
    throw new Error('the process died here');
  };
  await dispatch({ faults: { settleNotice: dies } }).look(ENVIRONMENT);
  await eventually(() => logged).toContain('the process died here');
  const next = dispatch();
  await next.look(ENVIRONMENT);
  expect(standIn.requests).toHaveLength(1);
  await platform.advance(90_000);
  await next.look(ENVIRONMENT);
  await eventually(() => inState('sent')).toBe(1);
  const [first, second] = idsSeenBy(standIn);
  expect(standIn.requests).toHaveLength(2);
  expect(second).toBe(first);
});

test('a server that stops puts back what is under way, and the next one sends it', async () => {
  const standIn = await open(hang);
  await saveChannel('ops', standIn);
  await decide(await startRollout(), 'killed');
  const stopping = dispatch();
  await stopping.look(ENVIRONMENT);
  await eventually(() => standIn.requests.length).toBe(1);
  await stopping.stop();
  expect(await inState('waiting')).toBe(1);
  standIn.reply(taken);
  await dispatch().look(ENVIRONMENT);
  await eventually(() => inState('sent')).toBe(1);
});

test('of two nodes the one that holds the environment sends, and a lease that is lost sends nothing', async () => {
  const standIn = await open(taken);
  await saveChannel('ops', standIn);
  await decide(await startRollout(), 'killed');
  await dispatch({ holds: false }).look(ENVIRONMENT);
  const former = lease;
  await storage.releaseLease(lease);
  const later = await storage.acquireLease('holder', 'node-2', DAY_MS);
  await dispatch().look(ENVIRONMENT);
  expect(later?.epoch).not.toBe(former.epoch);
  expect(await inState('waiting')).toBe(1);
  if (later !== undefined) lease = later;
  await dispatch().look(ENVIRONMENT);
  await eventually(() => inState('sent')).toBe(1);
  expect(standIn.requests).toHaveLength(1);
});

test('a target that hangs delays no other, however much waits for it', async () => {
  const [slow, quick] = [await open(hang), await open(taken)];
  const rollouts = await Promise.all(Array.from({ length: 40 }, (_, index) => startRollout({ rule: `rule-${index}` })));
  await saveChannel('slow', slow);
  for (const rollout of rollouts) await decide(rollout, 'started');
  await saveChannel('swift', quick);
  for (const rollout of rollouts) await decide(rollout, 'killed');
  const dispatcher = dispatch();
  await dispatcher.look(ENVIRONMENT);
  await eventually(() => inState('sent')).toBe(40);
  expect(slow.requests).toHaveLength(4);
});

test('an environment whose targets all hang delays no other environment', async () => {
  const [slow, quick] = [await open(hang), await open(taken)];
  for (let index = 0; index < 10; index += 1) await saveChannel(`slow-${index}`, slow);
  for (const rule of ['a', 'b', 'c', 'd']) await decide(await startRollout({ rule }), 'started');
  const elsewhere = await createEnvironment(storage);
  await saveChannel('swift', quick, 'webhook', elsewhere);
  const { id: rolloutId, plan } = await startRollout({ environment: elsewhere });
  const notices = await addressed(storage, { environment: elsewhere, plan }, [{ notice: buildNotice({ rolloutId }) }]);
  await storage.addNotices({ environment: elsewhere, rolloutId, attempt: 1, sequence: 1, atMs: 0 }, notices);
  const dispatcher = dispatch();
  await dispatcher.look(ENVIRONMENT);
  await eventually(() => slow.requests.length).toBe(32);
  await dispatcher.look(elsewhere);
  await eventually(() => quick.requests.length).toBe(1);
});

test('what waited for a channel that was removed is given up', async () => {
  const standIn = await open(taken);
  await saveChannel('ops', standIn);
  await decide(await startRollout(), 'killed');
  const [row] = await storage.listSettings({ kind: 'channel', scope: ENVIRONMENT }, { limit: 1 });
  if (row === undefined) throw new Error('no channel');
  await storage.createSettings({ ...row, version: 2, document: null });
  await dispatch().look(ENVIRONMENT);
  await eventually(() => inState('given-up')).toBe(1);
  expect(standIn.requests).toEqual([]);
});

test('hooks of a plan are told as channels are', async () => {
  const standIn = await open(taken);
  const secret = `signing-${standIn.host.split(':')[1]}`;
  const url = `${standIn.url}/deployments`;
  const hooks = (['pre-rollout', 'rollback', 'post-rollout'] as const).map((at) => ({ at, url, secret }));
  const rollout = await startRollout({ plan: { ...buildRollout(ENVIRONMENT).plan, hooks } });
  for (const kind of ['started', 'step', 'killed', 'rolled-back'] as const) await decide(rollout, kind);
  await dispatch().look(ENVIRONMENT);
  await eventually(() => inState('sent')).toBe(3);
  expect(seenBy(standIn)).toEqual(['started', 'killed', 'rolled-back']);
});

test('a rollout that waits for a person is told as stuck, once', async () => {
  const standIn = await open(taken);
  await saveChannel('ops', standIn);
  const hold = {
    reason: 'no-data',
    source: '',
    detail: 'No exposure.',
    sinceMs: 0,
    untilMs: 5,
    outcome: 'hold',
    releasedBy: 'evidence',
  } as const;
  await startRollout({ state: { kind: 'progressing', stageIndex: 0, stageEnteredAtMs: 0, holds: [hold] } });
  const dispatcher = dispatch();
  dispatcher.start();
  await platform.advance(60_000);
  await eventually(async () => (await storage.listNotices(ENVIRONMENT, { limit: 5 })).map(({ kind }) => kind)).toEqual([
    'stuck',
  ]);
  await platform.advance(60_000);
  await eventually(() => inState('sent')).toBe(1);
  expect(await storage.listNotices(ENVIRONMENT, { limit: 5 })).toHaveLength(1);
});

test('no secret is in a row or in a log, whatever a target says back', async () => {
  const standIn = await open((response, { headers }) => {
    response.writeHead(500).end(`you said ${headers.authorization} and ${HUSH}`);
  });
  await saveChannel('alerts', standIn, 'alertmanager');
  await decide(await startRollout(), 'killed');
  await dispatch().look(ENVIRONMENT);
  await eventually(() => logged).toContain('[redacted]');
  const rows = await storage.listNotices(ENVIRONMENT, { limit: 5 });
  expect(rows).toMatchObject([{ failure: expect.stringContaining('[redacted]') }]);
  expect(`${JSON.stringify(rows)}${logged}`).not.toContain(HUSH);
});
