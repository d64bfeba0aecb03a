import { startScriptedServer } from '@tidegate/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { runServer } from '../../../server/src/running-server.fixture.ts';
import { capturedIo } from '../captured-io.ts';
import { runCli } from '../run-cli.ts';

const QUERY = `
kind: counts
events: /errors/{{ args.variant }}#/events
units: /errors/{{ args.variant }}#/units
window: 1m
`;
const PLAN = `
flag: new-checkout
treatment: "on"
control: "off"
preset: instant
providerGuards:
  - name: http-errors
    provider: shop
    query: { kind: counts, events: "/errors/{{ args.variant }}#/events", units: "/errors/{{ args.variant }}#/units" }
    limits: { failureCondition: result.events > 100 }
`;

test('providers are saved, listed, asked and removed by the command line', async () => {
  const metrics = await startScriptedServer();
  onTestFinished(() => metrics.close());
  const host = new URL(metrics.url).host;
  const server = await runServer(() => ({}), { outboundAllow: [host] });
  const env = { TIDEGATE_URL: server.url, TIDEGATE_TOKEN: server.keys.operatorToken };
  const provider = `kind: web\naddress: ${metrics.url}\nlagMs: 30000\ndescription: the shop's own counts\n`;
  const files = { 'shop.yaml': provider, 'query.yaml': QUERY, 'plan.yaml': PLAN };
  const run = async (...argv: string[]) => {
    const io = capturedIo({ env, files });
    return { code: await runCli(argv, io), ...io.written };
  };
  const query = (...argv: string[]) => run('providers', 'query', 'shop', '--treatment', 'on', ...argv);
  metrics.on('GET /errors/on', { body: { events: 12, units: 1_000 } });
  metrics.on('GET /errors/off', { body: { events: 3, units: 1_000 } });

  expect((await run('providers', 'list')).stdout).toBe('There are no metric providers.\n');
  const saved = await run('providers', 'save', 'shop', '--file', 'shop.yaml');
  expect(saved).toMatchObject({ code: 0, stdout: 'shop, version 1, says what shop.yaml says.\n' });
  expect((await run('providers', 'list')).stdout).toMatch(/shop +web +http:\S+ +30s +1 +the shop's own counts/);
  expect((await run('providers', 'show', 'shop')).stdout).toContain('"timeoutMs": 10000');

  const both = await query('--control', 'off', '--file', 'query.yaml');
  expect(both).toMatchObject({ code: 0, stdout: expect.stringMatching(/^treatment {2}12 of 1 000\ncontrol {4}3 of /) });
  expect(both.stdout).toContain('asked about 1m, until ');
  expect(both.stdout).toContain('  control events: /errors/off#/events');
  const value = await query('--value', '/errors/on#/units', '--window', '30s', '--json');
  const { arms, window } = JSON.parse(value.stdout);
  expect([arms, window.endAtMs - window.startAtMs]).toEqual([{ treatment: { kind: 'scalar', value: 1_000 } }, 30_000]);
  const wrong = await query('--value', '/nowhere#/n');
  expect(wrong).toMatchObject({ code: 1, stdout: expect.stringContaining('error (bad_query): ') });
  metrics.on('GET /errors/on', { body: { events: 0, units: 0 } });
  const idle = await query('--file', 'query.yaml');
  expect(idle).toMatchObject({ code: 3, stdout: expect.stringContaining('no data (zero_denominator)') });

  expect((await run('flags', 'create', 'new-checkout', '--enabled')).code).toBe(0);
  const { id } = JSON.parse((await run('rollout', 'create', '--file', 'plan.yaml', '--json')).stdout);
  const remove = () => run('providers', 'remove', 'shop');
  expect(await remove()).toMatchObject({ code: 1, stderr: expect.stringContaining(id) });
  expect((await run('rollout', 'abort', id)).code).toBe(0);
  expect(await remove()).toMatchObject({ code: 0, stdout: 'shop is removed.\n' });
  expect(await run('providers', 'show', 'shop')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('not-found'),
  });
});
