import { Writable } from 'node:stream';
import { pino } from 'pino';
import request from 'supertest';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { replyJson, replyText, type StandIn, startStandIn } from '../../http-client/stand-in-server.fixture.ts';
import { BASE, ENVIRONMENT, openRestApi, type RestApi } from '../../rest-api.fixture.ts';
import { buildDecision, buildRollout } from '../../storage/contract/builders.contract.ts';
import { addressed } from './compose/notices-of-decision.ts';
import { buildNotice } from './notice.fixture.ts';

const HUSH = 'hush-9f2c-4411-rest';
let api: RestApi;
let standIn: StandIn;
let logged: string;

beforeEach(async () => {
  logged = '';
  const sink = new Writable({
    write(chunk, _encoding, written) {
      logged += chunk;
      written();
    },
  });
  standIn = await startStandIn();
  const { host, url } = standIn;
  api = await openRestApi({
    nowMs: () => 1_700_000_000_000,
    log: pino({ level: 'trace' }, sink),
    outboundAllow: [host],
    secrets: new Map([
      ['slack', { value: `${url}/services/T/B/${HUSH}`, host }],
      ['pages', { value: HUSH, host }],
      ['elsewhere', { value: HUSH, host: 'hooks.slack.com' }],
    ]),
  });
});
afterEach(async () => {
  await api.close();
  await standIn.close();
});

const as = (role: 'reader' | 'editor') => ({ authorization: `Bearer ${api.keys[role]}` });
const slack = (secret = 'slack') => ({ kind: 'slack', url: { secret } });
const put = (key: string, body: object) => request(api.app).put(`${BASE}/channels/${key}`).set(as('editor')).send(body);
const get = (path: string) => request(api.app).get(`${BASE}/${path}`).set(as('reader'));

test('a channel is saved in versions, told with the name of its secret alone, and removed', async () => {
  const first = await put('team', { ...slack(), on: ['killed'] }).expect(200);
  expect(first.body).toMatchObject({
    key: 'team',
    version: 1,
    settings: { ...slack(), on: ['killed'], timeoutMs: 10_000 },
  });
  expect((await put('team', { ...slack(), on: ['killed'] }).expect(200)).body.version).toBe(1);
  expect((await put('team', slack()).expect(200)).body.version).toBe(2);
  const list = await get('channels').expect(200);
  expect(list.body.items).toMatchObject([{ key: 'team', version: 2 }]);
  expect((await get('channels/team').expect(200)).body).toEqual(list.body.items[0]);
  await request(api.app).delete(`${BASE}/channels/team`).set(as('editor')).expect(204);
  await get('channels/team').expect(404);
  expect((await get('channels').expect(200)).body.items).toEqual([]);
  await request(api.app).delete(`${BASE}/channels/team`).set(as('editor')).expect(404);
  expect((await put('team', slack()).expect(200)).body.version).toBe(4);
  expect(`${first.text}${list.text}${logged}`).not.toContain(HUSH);
});

test('who says which version was read overwrites no other', async () => {
  const { etag } = (await put('team', slack()).expect(200)).headers;
  const matched = (description: string) => put('team', { ...slack(), description }).set('if-match', etag ?? '');
  await matched('mine').expect(200);
  const stale = await matched('theirs').expect(412);
  expect(stale.body.code).toBe('precondition-failed');
  await put('unheard', slack()).set('if-match', '"1"').expect(412);
  expect((await get('channels/team')).body).toMatchObject({ version: 2, settings: { description: 'mine' } });
});

test('a channel whose secret is not there, or is for another host, is refused', async () => {
  for (const secret of ['nobody', 'elsewhere']) {
    const channel = { kind: 'pagerduty', address: standIn.url, routingKey: { secret } };
    const { body } = await put('pages', channel).expect(422);
    expect(body).toMatchObject({ code: 'invalid-channel', detail: expect.stringContaining(secret) });
  }
});

test('an environment has twenty channels, and each may still be changed', async () => {
  for (let index = 0; index < 20; index += 1) await put(`team-${index}`, slack()).expect(200);
  const { body } = await put('one-more', slack()).expect(422);
  expect(body.detail).toContain('has 20 channels');
  await put('team-7', { ...slack(), severity: 'info' }).expect(200);
});

test('a test says what came back, and of no secret', async () => {
  await put('team', slack()).expect(200);
  const send = () => request(api.app).post(`${BASE}/channels/team/test`).set(as('editor'));
  standIn.reply(replyText('ok'));
  expect((await send().expect(200)).body).toEqual({ kind: 'sent', detail: '200 ok' });
  expect(standIn.requests[0]?.body).toContain('Nothing happened');
  standIn.reply(replyText(`no_service ${HUSH}`, 404));
  const failed = await send().expect(200);
  expect(failed.body).toMatchObject({ kind: 'failed', class: 'misconfigured' });
  expect(`${failed.text}${logged}`).not.toContain(HUSH);
});

test('a test of what keeps alarms leaves none behind', async () => {
  await put('pages', { kind: 'pagerduty', address: standIn.url, routingKey: { secret: 'pages' } }).expect(200);
  standIn.reply(replyJson({ status: 'success' }, 202));
  await request(api.app).post(`${BASE}/channels/pages/test`).set(as('editor')).expect(200);
  const [trigger, resolve] = standIn.requests.map(({ body }) => JSON.parse(body));
  expect([trigger.event_action, resolve.event_action]).toEqual(['trigger', 'resolve']);
  expect(trigger.dedup_key).toBe(resolve.dedup_key);
});

test('what was given up is listed with why, and put back by an editor', async () => {
  const { storage } = api;
  await put('team', slack()).expect(200);
  const rollout = buildRollout(ENVIRONMENT);
  await storage.createRollout(rollout);
  const notice = buildNotice({ rolloutId: rollout.id });
  const notices = await addressed(storage, rollout, [{ notice }]);
  await storage.saveDecision(buildDecision(rollout, { notices }), null);
  const [waiting] = (await get('notices?state=waiting').expect(200)).body.items;
  expect(waiting).toMatchObject({ target: 'channel:team', state: 'waiting', tries: 0, notice });
  expect((await get('notices?state=given-up').expect(200)).body.items).toEqual([]);
  expect((await get(`notices?rollout=${rollout.id}&limit=1`).expect(200)).body).toMatchObject({ next: null });
  const resend = () => request(api.app).post(`${BASE}/notices/${waiting.number}/resend`).set(as('editor'));
  await resend().expect(404);
  const given = { state: 'given-up', atMs: 5, failure: 'rejected: 400' } as const;
  await storage.settleNotice({ number: waiting.number, tries: 0 }, given);
  expect((await get('notices?state=given-up').expect(200)).body.items).toMatchObject([{ failure: 'rejected: 400' }]);
  await resend().expect(204);
  expect((await get('notices?state=waiting').expect(200)).body.items).toHaveLength(1);
});
