import { buildFlag, type ScriptedServer, startScriptedServer } from '@tidegate/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { capturedIo } from '../captured-io.ts';
import { runCli } from '../run-cli.ts';

const BASE = '/api/v1/projects/default/environments/production';
const AT_MS = Date.parse('2026-11-01T00:00:00Z');
const SDK = { name: 'node', version: '1.2.0', keyKind: 'server', lastAtMs: AT_MS, lastMissingAtMs: AT_MS } as const;

let server: ScriptedServer;

beforeEach(async () => {
  server = await startScriptedServer();
});
afterEach(() => server.close());

async function run(...argv: string[]) {
  const io = capturedIo({ env: { TIDEGATE_URL: server.url, TIDEGATE_TOKEN: 'tg_op_test' } });
  return { code: await runCli(argv, io), ...io.written };
}

const staleFlag = { flagKey: 'a', temporary: false, archived: false, updatedAtMs: 0 };

test('stale flags are told with every reason, over all pages', async () => {
  const findings = [
    { criterion: 'expired', expiresAtMs: AT_MS },
    { criterion: 'rollout-over', rolloutId: 'r1', ended: 'rolledBack', endedAtMs: AT_MS },
    { criterion: 'not-evaluated', lastAtMs: null, countedSinceAtMs: AT_MS },
    { criterion: 'one-variation', variation: 'on', unchangedSinceAtMs: AT_MS },
  ];
  const archived = { criterion: 'archived-in-use', archivedAtMs: AT_MS, lastAtMs: AT_MS, sdks: [SDK] };
  server.on(
    `GET ${BASE}/stale-flags`,
    { body: { items: [{ ...staleFlag, temporary: true, owner: 'Ann', findings }], next: 'a' } },
    { body: { items: [{ ...staleFlag, flagKey: 'b', archived: true, findings: [archived] }], next: null } },
  );
  const unknown = { flagKey: 'new-chekcout', variations: [], sdks: [{ ...SDK, keyKind: 'browser' }] };
  server.on(`GET ${BASE}/unknown-flags`, { body: { items: [unknown], next: null } });
  const { code, stdout } = await run('flags', 'stale', '--days', '7');
  expect(code).toBe(0);
  expect(stdout.split('\n')).toEqual([
    'a  temporary, owner Ann',
    '  expired at 2026-11-01 00:00:00Z',
    '  its rollout r1 was rolled back at 2026-11-01 00:00:00Z',
    '  never asked for since evaluations are counted, 2026-11-01 00:00:00Z',
    '  everybody gets on, unchanged since 2026-11-01 00:00:00Z',
    'b  archived',
    '  archived at 2026-11-01 00:00:00Z and asked for by node 1.2.0, last at 2026-11-01 00:00:00Z',
    'new-chekcout  no flag',
    '  asked for by node 1.2.0 under a browser key, last at 2026-11-01 00:00:00Z',
    '',
  ]);
  const asked = server.seen.map((request) => request.url).filter((url) => url.includes('stale'));
  expect(asked).toEqual([`${BASE}/stale-flags?days=7&limit=200`, `${BASE}/stale-flags?days=7&limit=200&after=a`]);
});

test('nothing stale is told so, and can be read by a program', async () => {
  for (const list of ['stale-flags', 'unknown-flags'])
    server.on(`GET ${BASE}/${list}`, { body: { items: [], next: null } });
  expect((await run('flags', 'stale')).stdout).toBe('No flag is stale.\n');
  expect(JSON.parse((await run('flags', 'stale', '--json')).stdout)).toEqual({ flags: [], unknownFlags: [] });
});

test('a flag can be made to be gone by a date', async () => {
  server.on(`POST ${BASE}/flags`, { status: 201, body: {} });
  await run('flags', 'create', 'a', '--temporary', '--expires', '2026-11-01T00:00:00Z');
  expect(server.seen[0]?.body).toMatchObject({ temporary: true, expiresAtMs: AT_MS });
});

test('a flag is shown with what was served of it and to whom', async () => {
  const flag = {
    ...buildFlag(),
    description: '',
    tags: [],
    temporary: false,
    createdAtMs: 0,
    updatedAtMs: 0,
    archived: false,
  };
  const days = [
    { date: '2026-10-31', count: 1_000 },
    { date: '2026-11-01', count: 234 },
  ];
  const served = { variation: 'on', firstAtMs: 0, lastAtMs: AT_MS, days };
  const missing = { variation: '$missing', firstAtMs: 0, lastAtMs: AT_MS, days: [] };
  server.on(`GET ${BASE}/flags/new-checkout`, { body: { ...flag, expiresAtMs: AT_MS } });
  server.on(`GET ${BASE}/flags/new-checkout/usage`, {
    body: { flagKey: 'new-checkout', variations: [served, missing], sdks: [SDK] },
  });
  const { stdout } = await run('flags', 'get', 'new-checkout');
  expect(stdout.split('\n').slice(-6)).toEqual([
    'expires       2026-11-01 00:00:00Z',
    'created       1970-01-01 00:00:00Z, updated 1970-01-01 00:00:00Z',
    'served        on, 1 234 times lately; from 1970-01-01 00:00:00Z to 2026-11-01 00:00:00Z',
    'served        nothing, because it was not there, 0 times lately; from 1970-01-01 00:00:00Z to 2026-11-01 00:00:00Z',
    'asked by      node 1.2.0, last at 2026-11-01 00:00:00Z',
    '',
  ]);
  const asJson = JSON.parse((await run('flags', 'get', 'new-checkout', '--json')).stdout);
  expect(asJson).toMatchObject({ key: 'new-checkout', usage: { sdks: [SDK] } });
});
