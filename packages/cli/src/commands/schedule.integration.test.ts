import type { ScheduleView } from '@tidegate/protocol';
import { type ScriptedServer, startScriptedServer } from '@tidegate/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { capturedIo } from '../captured-io.ts';
import { runCli } from '../run-cli.ts';

const BASE = '/api/v1/projects/default/environments/production';
const AT = '2026-12-01T09:00:00Z';
const ANN = { kind: 'key', id: 'k', name: 'Ann' } as const;

let server: ScriptedServer;

beforeEach(async () => {
  server = await startScriptedServer();
});
afterEach(() => server.close());

async function run(argv: string[], files: Record<string, string> = {}) {
  const io = capturedIo({ env: { TIDEGATE_URL: server.url, TIDEGATE_TOKEN: 'tg_op_test' }, files });
  return { code: await runCli(argv, io), ...io.written };
}

const scheduleOf = (changes: Partial<ScheduleView> = {}): ScheduleView => ({
  id: 's1',
  flagKey: 'a',
  atMs: Date.parse(AT),
  patch: { enabled: true },
  reason: '',
  createdAtMs: 0,
  createdBy: ANN,
  madeAtRevision: 1,
  state: { kind: 'pending' },
  revision: null,
  ...changes,
});

test.each([
  [['--enable'], { enabled: true }],
  [['--disable'], { enabled: false }],
  [['--patch', 'patch.json'], { fallthrough: { variation: 'on' } }],
])('%j is ordered as the patch that it means', async (argv, patch) => {
  server.on(`POST ${BASE}/flags/a/schedules`, { status: 201, body: scheduleOf() });
  const files = { 'patch.json': '{"fallthrough":{"variation":"on"}}' };
  const { code, stdout } = await run(['flags', 'schedule', 'a', '--at', AT, ...argv, '--reason', 'launch'], files);
  expect(code).toBe(0);
  expect(stdout).toBe('a is to change at 2026-12-01 09:00:00Z (default/production, schedule s1)\n');
  expect(server.seen[0]?.body).toEqual({ atMs: Date.parse(AT), patch, reason: 'launch' });
});

test.each([
  [['--at', AT], 'one of --enable, --disable and --patch'],
  [['--at', AT, '--enable', '--disable'], 'one of --enable, --disable and --patch'],
  [['--enable'], 'required option'],
  [['--at', 'tomorrow', '--enable'], 'Expected an instant'],
  [['--at', AT, '--patch', 'missing.json'], 'missing.json cannot be read'],
  [['--at', AT, '--patch', 'list.json'], 'expected a merge patch'],
])('%j is a usage error, and nothing is sent', async (argv, message) => {
  const { code, stderr } = await run(['flags', 'schedule', 'a', ...argv], { 'list.json': '[]' });
  expect(stderr).toContain(message);
  expect(code).toBe(2);
  expect(server.seen).toEqual([]);
});

test('schedules are listed by their time, with what became of them', async () => {
  const settledAtMs = Date.parse(AT);
  const detail = 'The rollout r1 of a was rolled back after this was scheduled';
  server.on(`GET ${BASE}/schedules`, {
    body: {
      items: [
        scheduleOf({
          id: 's3',
          atMs: settledAtMs + 2_000,
          state: { kind: 'refused', settledAtMs, code: 'kill-latched', detail },
        }),
        scheduleOf({ id: 's2', atMs: settledAtMs + 1_000, state: { kind: 'applied', settledAtMs }, revision: 7 }),
        scheduleOf({
          id: 's4',
          atMs: settledAtMs + 3_000,
          state: { kind: 'cancelled', settledAtMs, by: ANN, reason: '' },
        }),
        scheduleOf({ patch: { description: 'x'.repeat(99) }, reason: 'launch' }),
      ],
      next: null,
    },
  });
  const { code, stdout } = await run(['flags', 'schedules']);
  expect(code).toBe(0);
  expect(stdout.split('\n').map((line) => line.replaceAll(/ {2,}/g, '  '))).toEqual([
    'AT  FLAG  CHANGE  STATE  SCHEDULE  REASON',
    `2026-12-01 09:00:00Z  a  {"description":"${'x'.repeat(24)}…  pending  s1  launch`,
    '2026-12-01 09:00:01Z  a  enable  applied, revision 7  s2',
    '2026-12-01 09:00:02Z  a  enable  refused: kill-latched  s3',
    `  ${detail}`,
    '2026-12-01 09:00:03Z  a  enable  cancelled by Ann  s4',
    '',
  ]);
});

test('those of one flag that wait are asked for as such', async () => {
  server.on(`GET ${BASE}/flags/a/schedules`, { body: { items: [], next: null } });
  const { stdout } = await run(['flags', 'schedules', 'a', '--pending']);
  expect(stdout).toBe('Nothing is scheduled.\n');
  expect(server.seen[0]?.url).toBe(`${BASE}/flags/a/schedules?pending=true&limit=200`);
});

test('a schedule is taken back by its id, with why', async () => {
  const state = { kind: 'cancelled', settledAtMs: 0, by: ANN, reason: 'not yet' } as const;
  server.on(`DELETE ${BASE}/schedules/s1`, { body: scheduleOf({ state }) });
  const { code, stdout } = await run(['flags', 'unschedule', 's1', '--reason', 'not yet']);
  expect(code).toBe(0);
  expect(stdout).toBe('a will not change at 2026-12-01 09:00:00Z: the schedule s1 is cancelled\n');
  expect(server.seen[0]?.url).toBe(`${BASE}/schedules/s1?reason=not+yet`);
});
