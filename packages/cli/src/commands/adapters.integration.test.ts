import { expect, test } from 'vitest';
import { runServer } from '../../../server/src/running-server.fixture.ts';
import { capturedIo } from '../captured-io.ts';
import { runCli } from '../run-cli.ts';

const BASE = '/api/v1/projects/default/environments/production';

const ROUTE = `
kind: gateway-api
delivery: pull
name: checkout
gateway: { name: edge }
treatment: { name: checkout-v2, port: 8080 }
control: { name: checkout-v1, port: 8080 }
`;
const BALANCER = `
kind: haproxy
address: 127.0.0.1:1
backend: app
treatment: [new]
control: [old]
`;
const PLAN = `
flag: new-checkout
treatment: "on"
control: "off"
preset: instant
traffic: [route]
`;

test('adapters are saved, listed, followed and reported for by the command line', async () => {
  const server = await runServer();
  const env = { TIDEGATE_URL: server.url, TIDEGATE_TOKEN: server.keys.operatorToken };
  const files = {
    'route.yaml': ROUTE,
    'moved.yaml': ROUTE.replace('edge', 'inner'),
    'balancer.yaml': BALANCER,
    'plan.yaml': PLAN,
  };
  const run = async (...argv: string[]) => {
    const io = capturedIo({ env, files });
    return { code: await runCli(argv, io), ...io.written };
  };
  await fetch(`${server.url}${BASE}/flags`, {
    method: 'POST',
    headers: { authorization: `Bearer ${env.TIDEGATE_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ key: 'new-checkout', enabled: true }),
  });

  expect((await run('adapters', 'list')).stdout).toContain('There are no traffic adapters.');
  expect(await run('adapters', 'save', 'route', '--file', 'route.yaml')).toMatchObject({ code: 0 });
  const refused = await run('adapters', 'save', 'balancer', '--file', 'balancer.yaml');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('TIDEGATE_TRAFFIC does not allow the runtime API 127.0.0.1:1.');

  const created = await run('rollout', 'create', '--file', 'plan.yaml', '--json');
  const { id } = JSON.parse(created.stdout);
  const status = async () => (await run('rollout', 'explain', id)).stdout;
  await expect.poll(status, { timeout: 10_000 }).toContain('traffic route: 100% wanted, has unknown (unconfirmed)');
  expect(await status()).toContain('traffic: The traffic adapter route must confirm 100 % for treatment.');
  const document = JSON.parse((await run('adapters', 'document', 'route')).stdout);
  expect(document).toMatchObject({
    kind: 'HTTPRoute',
    spec: { rules: [{ backendRefs: [{ weight: 100 }, { weight: 0 }] }] },
  });

  expect((await run('adapters', 'report', 'route', '--applied', 'all')).code).toBe(2);
  expect(await run('adapters', 'report', 'route', '--applied', '100%')).toMatchObject({ code: 0 });
  await expect.poll(status, { timeout: 10_000 }).toContain('traffic route: 100% wanted, has 100%');
  expect((await run('adapters', 'list')).stdout).toMatch(new RegExp(`route +gateway-api +100% +100% +${id}`));
  expect((await run('adapters', 'show', 'route')).stdout).toContain(`follows the rollout ${id}`);
  expect(await run('adapters', 'remove', 'route')).toMatchObject({ code: 1, stderr: expect.stringContaining(id) });
  const move = ['adapters', 'save', 'route', '--file', 'moved.yaml'];
  expect(await run(...move)).toMatchObject({ code: 1, stderr: expect.stringContaining(id) });
  expect(await run(...move, '--force')).toMatchObject({ code: 0 });
  expect(await run('adapters', 'remove', 'route', '--force')).toMatchObject({ code: 0 });
});
