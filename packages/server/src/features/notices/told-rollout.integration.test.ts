import { Webhook } from 'standardwebhooks';
import { expect, onTestFinished, test } from 'vitest';
import { hang, replyText, startStandIn } from '../../http-client/stand-in-server.fixture.ts';
import { runServer } from '../../running-server.fixture.ts';

const ENVIRONMENT = '/api/v1/projects/default/environments/production';
const SIGNING = `whsec_${Buffer.from('a secret of thirty-two bytes or so').toString('base64')}`;
/** The controller looks once a second. */
const WITHIN = { timeout: 15_000 };

/** A whole server with a flag, and two machines that may be told: one answers, one never does. */
async function workbench() {
  const [told, silent] = [await startStandIn(), await startStandIn()];
  onTestFinished(async () => {
    await Promise.all([told.close(), silent.close()]);
  });
  told.reply(replyText('', 204));
  silent.reply(hang);
  const server = await runServer(undefined, {
    outboundAllow: [told.host, silent.host],
    secrets: new Map([
      ['told', { value: SIGNING, host: told.host }],
      ['silent', { value: SIGNING, host: silent.host }],
    ]),
  });
  const call = async (method: string, path: string, body?: unknown) => {
    const reply = await fetch(`${server.url}${ENVIRONMENT}${path}`, {
      method,
      headers: { authorization: `Bearer ${server.keys.operatorToken}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: reply.status, json: await reply.json() };
  };
  await call('POST', '/flags', { key: 'new-checkout', enabled: true });
  const kindsTold = () => told.requests.map(({ body }) => JSON.parse(body).data.kind);
  return { told, silent, call, kindsTold };
}

const PLAN = { flag: 'new-checkout', treatment: 'on', preset: 'standard' };

test('a rollout is told to its channels and hooks from its start to its end, and a silent channel delays no kill', async () => {
  const { told, silent, call, kindsTold } = await workbench();
  await call('PUT', '/channels/team', { kind: 'webhook', url: `${told.url}/team`, secret: { secret: 'told' } });
  await call('PUT', '/channels/silent', { kind: 'webhook', url: silent.url, secret: { secret: 'silent' } });
  const hooks = [{ at: 'rollback', url: `${told.url}/hook`, secret: 'told' }];
  const { json: rollout } = await call('POST', '/rollouts', { ...PLAN, hooks });
  await expect.poll(kindsTold, WITHIN).toEqual(['started']);
  const { json: killed } = await call('POST', `/rollouts/${rollout.id}/abort`, { reason: 'enough' });
  expect(killed.state.kind).toMatch(/aborting|rolledBack/);
  await expect.poll(kindsTold, WITHIN).toHaveLength(4);
  const of = (path: string) => told.requests.filter((request) => request.path === path);
  const kindsAt = (path: string) => of(path).map(({ body }) => JSON.parse(body).data.kind);
  expect(kindsAt('/team')).toEqual(['started', 'killed', 'rolled-back']);
  expect(kindsAt('/hook')).toEqual(['killed']);
  const [hooked] = of('/hook');
  const headers = Object.fromEntries(
    Object.entries(hooked?.headers ?? {}).map(([name, value]) => [name, String(value)]),
  );
  expect(new Webhook(SIGNING).verify(hooked?.body ?? '', headers)).toMatchObject({
    type: 'dev.tidegate.rollout.killed',
    subject: 'new-checkout',
    data: { severity: 'warning', detail: expect.stringContaining('enough'), by: expect.any(String) },
  });
});

test('a plan whose hook cannot be signed for is refused where it names the secret', async () => {
  const { told, call } = await workbench();
  const hooks = [{ at: 'rollback', url: `${told.url}/hook`, secret: 'silent' }];
  const { status, json } = await call('POST', '/rollouts', { ...PLAN, hooks });
  expect({ status, json }).toMatchObject({ status: 422, json: { errors: [{ pointer: '/hooks/0/secret' }] } });
});
