import type { EnvironmentView } from '@tidegate/protocol';
import { type ScriptedServer, startScriptedServer } from '@tidegate/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { capturedIo } from '../captured-io.ts';
import { runCli } from '../run-cli.ts';

const PATH = '/api/v1/projects/default/environments';
const live: EnvironmentView = {
  ...{ key: 'live-eu', project: 'default', environment: 'default/live-eu' },
  ...{ name: 'Live', description: '', critical: true, createdAtMs: 0, version: 3 },
};

let server: ScriptedServer;

beforeEach(async () => {
  server = await startScriptedServer();
});
afterEach(() => server.close());

const run = (...argv: string[]) => runCommand('environments', ...argv);

async function runCommand(...argv: string[]) {
  const io = capturedIo({ env: { TIDEGATE_URL: server.url, TIDEGATE_TOKEN: 'tg_op_test' } });
  return { code: await runCli(argv, io), ...io.written };
}

test('projects are listed, whose environments these are', async () => {
  const shop = { key: 'shop', name: 'Shop', description: 'what we sell', createdAtMs: 0, version: 1 };
  server.on('GET /api/v1/projects', { body: { items: [shop], next: null } });
  expect((await runCommand('projects', 'list')).stdout).toMatch(/^shop +Shop +1970-01-01 00:00:00Z +what we sell$/m);
});

test.each([
  [[], {}],
  [['--critical', '--name', 'Live'], { critical: true, name: 'Live' }],
  [['--no-critical'], { critical: false }],
])('create with %j says so much and leaves the rest to the server', async (argv, settings) => {
  server.on(`POST ${PATH}`, { status: 201, body: live });
  expect((await run('create', 'live-eu', ...argv)).stdout).toBe('Created default/live-eu, which is critical.\n');
  expect(server.seen[0]?.body).toEqual({ key: 'live-eu', ...settings });
});

test('set changes what was read, and nothing when nothing is given', async () => {
  server.on(`GET ${PATH}/live-eu`, { body: live });
  server.on(`PATCH ${PATH}/live-eu`, { body: { ...live, critical: false } });
  expect((await run('set', 'live-eu', '--no-critical', '--reason', 'moved')).code).toBe(0);
  expect(server.seen[1]).toMatchObject({ body: { critical: false }, ifMatch: '"3"' });
  expect((await run('set', 'live-eu')).code).toBe(2);
});

test('history tells each change as what became of what', async () => {
  const [before, after] = [true, false].map((critical) => ({ name: 'Live', description: '', critical }));
  const change = { version: 2, before, after, actor: { kind: 'key', id: 'k', name: 'Ann' }, reason: 'moved', atMs: 0 };
  server.on(`GET ${PATH}/live-eu/history`, { body: { items: [change], next: null } });
  expect((await run('history', 'live-eu')).stdout).toMatch(/2 +1970-01-01 .+Ann +critical: true → false +moved/);
});
