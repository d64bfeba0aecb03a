import { randomBytes } from 'node:crypto';
import { positionPpm, seedOf } from '@tidegate/evaluation';
import { EVENTS_PATH } from '@tidegate/protocol';
import { buildBatch } from '@tidegate/testkit';
import { pino } from 'pino';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { createServer, type ServerOptions } from '../../create-server.ts';
import {
  hang,
  replyJson,
  replyText,
  type StandIn,
  type StandInReply,
  startStandIn,
} from '../../http-client/stand-in-server.fixture.ts';
import type { OutboundSecret } from '../../outbound-secrets.ts';
import { systemPlatform } from '../../platform.ts';
import { type RunningServer, runServer } from '../../running-server.fixture.ts';

const ENVIRONMENT = '/api/v1/projects/default/environments/production';
const ROLLOUTS = `${ENVIRONMENT}/rollouts`;
const SECRET = `whsec_${randomBytes(24).toString('base64')}`;
/** The controller looks once a second, and a gate is asked between two looks. */
const WITHIN = { timeout: 10_000 };

// What the tests read of answers; the schemas of the API are held to elsewhere.
type Answer = ReturnType<typeof JSON.parse>;

let gate: StandIn;
let server: RunningServer;
let configured: Pick<ServerOptions, 'outboundAllow' | 'secrets'>;

beforeEach(async () => {
  gate = await startStandIn();
  onTestFinished(() => gate.close());
  const secrets: [string, OutboundSecret][] = [
    ['gate', { value: SECRET, host: gate.host }],
    ['staging', { value: SECRET, host: gate.host, environments: ['default/staging'] }],
  ];
  configured = { outboundAllow: [gate.host], secrets: new Map(secrets) };
  server = await runServer(undefined, configured);
  await call('POST', `${ENVIRONMENT}/flags`, { key: 'new-checkout', enabled: true });
});

async function call(method: string, path: string, body?: unknown, { url = server.url, token = '' } = {}) {
  const authorization = `Bearer ${token || server.keys.operatorToken}`;
  const reply = await fetch(`${url}${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: reply.status, json: (await reply.json()) as Answer };
}

function planWith(before: string, overrides: object = {}) {
  const stages = [500_000, 1_000_000].map((treatmentPpm) => ({ treatmentPpm, dwellMs: 0, minUnits: 1 }));
  const asked = { name: 'change', before, url: `${gate.url}/may-i`, secret: 'gate', every: '1s', ...overrides };
  return { flagKey: 'new-checkout', treatment: 'on', stages, gates: [asked] };
}

async function start(plan: object): Promise<string> {
  const { status, json } = await call('POST', ROLLOUTS, plan);
  expect([status, json.detail]).toEqual([201, undefined]);
  return json.id;
}

const stateOf = async (id: string, url?: string) =>
  (await call('GET', `${ROLLOUTS}/${id}`, undefined, url === undefined ? {} : { url })).json.state;

/** One unit in each arm of the first stage: all that its sample takes. */
async function expose(rolloutId: string): Promise<void> {
  const flag = (await call('GET', `${ENVIRONMENT}/flags/new-checkout`)).json;
  const seed = seedOf(flag.salt);
  const units = Array.from({ length: 40 }, (_, index) => (index * 107_374_182) >>> 0);
  const exposures = units.map((unit) => {
    return { unit, rolloutId, arm: positionPpm(unit, seed) < 500_000 ? ('treatment' as const) : ('control' as const) };
  });
  const token = server.keys.serverKey;
  expect((await call('POST', EVENTS_PATH, buildBatch({ exposures }), { token })).status).toBeLessThan(300);
}

test('a gate holds a rollout, says why, and lets it go on once it says yes', async () => {
  const reply: StandInReply = (response, seen) =>
    replyJson({ detail: `freeze until Monday (${gate.requests.length})` }, 403)(response, seen);
  gate.reply(reply);
  const id = await start(planWith('advance'));
  await expose(id);
  await expect
    .poll(() => stateOf(id), WITHIN)
    .toMatchObject({
      kind: 'progressing',
      holds: [
        { reason: 'gate', source: 'change', detail: /freeze until Monday/, outcome: 'abort', releasedBy: 'gate' },
      ],
    });
  // Its newest words are shown, and are no decision of their own.
  await expect.poll(() => stateOf(id), WITHIN).toMatchObject({ holds: [{ detail: /\(([2-9]|\d\d)\)/ }] });
  const listTold = async () => {
    const { items } = (await call('GET', `${ROLLOUTS}/${id}/decisions`)).json;
    return items.filter(({ reason }: Answer) => reason.includes('freeze until Monday'));
  };
  await expect.poll(listTold, WITHIN).toHaveLength(1);
  gate.reply(replyJson({ open: true }));
  await expect.poll(() => stateOf(id), WITHIN).toMatchObject({ kind: 'baking', stageIndex: 1 });
  // Every asking has the id of the one question, and the stored decision the yes that it was made from.
  expect(new Set(gate.requests.map(({ headers }) => headers['webhook-id']))).toEqual(
    new Set([`${id}/1/stage-2/change`]),
  );
  const { items } = (await call('GET', `${ROLLOUTS}/${id}/decisions`)).json;
  const bake = items.find(({ kind }: Answer) => kind === 'bake');
  expect(bake.input.gates).toEqual([{ name: 'change', answer: 'open', detail: '' }]);
  expect((await call('GET', `${ROLLOUTS}/${id}/decisions/${bake.sequence}/explain`)).json).toMatchObject({
    agrees: true,
  });
});

test('a yes that waits for others is asked for again, and may be taken back', async () => {
  let isChangeOpen = true;
  gate.reply((response, seen) => replyText('', seen.path === '/may-i' && isChangeOpen ? 200 : 403)(response, seen));
  const plan = planWith('start');
  const [asked] = plan.gates;
  const id = await start({ ...plan, gates: [asked, { ...asked, name: 'other', url: `${gate.url}/other` }] });
  const closed = (source: string) => ({ reason: 'gate', source, detail: expect.stringContaining('not yet') });
  await expect.poll(() => stateOf(id), WITHIN).toMatchObject({ holds: [closed('other')] });
  isChangeOpen = false;
  await expect.poll(() => stateOf(id), WITHIN).toMatchObject({ holds: [closed('change'), closed('other')] });
});

test('an abort waits for no gate: a kill goes through while one hangs', async () => {
  gate.reply(hang);
  const id = await start(planWith('advance', { timeout: '60s' }));
  await expose(id);
  await expect.poll(() => gate.requests.length, WITHIN).toBe(1);
  expect((await call('POST', `${ROLLOUTS}/${id}/abort`, {})).json.state.kind).toMatch(/aborting|rolledBack/);
  // Within a second, which is as long as this waits.
  await expect.poll(() => stateOf(id)).toMatchObject({ kind: 'rolledBack' });
});

test('a gate that never says yes ends in what its deadline says', async () => {
  gate.reply(replyText('', 500));
  const id = await start(planWith('start', { deadline: { after: '1s', then: 'abort' } }));
  await expect.poll(() => stateOf(id), WITHIN).toMatchObject({ kind: 'cancelled' });
});

test('after a restart the gate is asked anew, and what it said before counts for nothing', async () => {
  gate.reply(replyText('', 403));
  const id = await start(planWith('start'));
  await expect.poll(() => stateOf(id), WITHIN).toMatchObject({ holds: [{ reason: 'gate', detail: /not yet/ }] });
  await server.close();
  const askedBefore = gate.requests.length;
  gate.reply(replyText(''));
  const options = { host: '127.0.0.1', port: 0, node: 'test', shutdownMs: 1_000, platform: systemPlatform() };
  const again = await createServer({
    ...options,
    ...configured,
    storage: server.storage,
    log: pino({ level: 'silent' }),
  });
  try {
    await expect.poll(() => stateOf(id, again.url), WITHIN).toMatchObject({ kind: 'progressing' });
    expect(gate.requests.length).toBeGreaterThan(askedBefore);
  } finally {
    await again.close();
  }
});

test.each([
  ['is not in the configuration', { secret: 'other' }, /TIDEGATE_SECRETS has no other/],
  ['is for another environment', { secret: 'staging' }, /staging is not for default\/production/],
  ['is for another host', { url: 'https://elsewhere.example/' }, /is for another host than elsewhere.example/],
])('a plan whose secret %s is refused before anybody waits', async (_, overrides, detail) => {
  const { status, json } = await call('POST', ROLLOUTS, planWith('start', overrides));
  expect([status, json.code]).toEqual([422, 'invalid-plan']);
  expect(json.errors).toEqual([{ pointer: '/gates/0/secret', detail: expect.stringMatching(detail) }]);
});
