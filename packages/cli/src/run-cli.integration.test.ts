import { buildFlag, problemReply, type ScriptedServer, startScriptedServer } from '@tidegate/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { capturedIo } from './captured-io.ts';
import { runCli } from './run-cli.ts';

const BASE = '/api/v1/projects/default/environments/production';

let server: ScriptedServer;

beforeEach(async () => {
  server = await startScriptedServer();
});

afterEach(() => server.close());

async function run(argv: string[], env: Record<string, string> = {}) {
  const io = capturedIo({ env: { TIDEGATE_URL: server.url, TIDEGATE_TOKEN: 'tg_op_test', ...env } });
  return { code: await runCli(argv, io), ...io.written };
}

const flag = {
  ...buildFlag(),
  description: '',
  tags: [],
  temporary: false,
  createdAtMs: 0,
  updatedAtMs: 0,
  archived: false,
};

describe('usage', () => {
  test.each([
    [[], 'Usage: tidegate'],
    [['flags'], 'Usage: tidegate flags'],
    [['flip'], "unknown command 'flip'"],
    [['flags', 'toggle', 'a', 'maybe'], 'Allowed choices are on, off'],
    [['flags', 'list', '--colour'], "unknown option '--colour'"],
    [['rollout', 'start', 'a', '--dwell', '10'], 'Expected a duration like 30s, 10m or 24h.'],
    [['rollout', 'start', 'a', '--stages', '5,200'], 'Expected percents above 0'],
    [['rollout', 'start', 'a', '--plan', 'p.json', '--bake', '1m'], '--plan is the whole plan'],
    [['rollout', 'start', 'a', '--plan', 'p.json'], 'p.json cannot be read'],
    [['explain', 'a'], "required option '--context <json>'"],
    [['explain', 'a', '--context', 'u1'], 'Expected a JSON object'],
    [['explain', 'a', '--context', '{}', '--at', 'yesterday'], 'Expected an instant'],
    [['explain', 'a', '--context', '{}', '--at', '2026-03-01T14:03:00Z', '--revision', '4'], 'cannot be used with'],
    [['keys', 'create', 'operator', 'ci'], 'An operator key needs a role'],
    [['keys', 'create', 'server', 'shop', '--role', 'admin'], 'are for operator keys'],
  ])('%j is a usage error, and nothing is sent', async (argv, message) => {
    const { code, stdout, stderr } = await run(argv);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
    expect(server.seen).toEqual([]);
  });

  test('help and version go to stdout and are no errors', async () => {
    expect(await run(['--version'])).toMatchObject({ code: 0, stderr: '' });
    const help = await run(['rollout', 'start', '--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('--min-units');
  });

  test('without a token nothing is sent', async () => {
    const { code, stderr } = await run(['flags', 'list'], { TIDEGATE_TOKEN: '' });
    expect(code).toBe(2);
    expect(stderr).toContain('There is no token');
    expect(server.seen).toEqual([]);
  });
});

describe('failures', () => {
  test('a refusal is told with code, detail and pointers, and without a stack', async () => {
    const body = {
      type: 't',
      title: 'The request does not have the documented shape',
      status: 400,
      code: 'invalid-request',
      detail: 'The body has a flaw.',
      errors: [{ pointer: '/key', detail: 'expected a key' }],
    };
    server.on(`POST ${BASE}/flags`, { status: 400, body });
    const refused = await run(['flags', 'create', 'bad key']);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toBe(
      'error: The request does not have the documented shape (invalid-request)\n  The body has a flaw.\n  at /key: expected a key\n',
    );
  });

  test('a server that is not there is a failure that says so', async () => {
    await server.close();
    const { code, stderr } = await run(['flags', 'list']);
    expect(code).toBe(1);
    expect(stderr).toBe(`error: Cannot reach ${server.url}: nothing listens there (is the server running?).\n`);
  });

  test('something that is no Tidegate server is recognised', async () => {
    server.on(`GET ${BASE}/flags`, { status: 502, body: 'bad gateway' });
    const { code, stderr } = await run(['flags', 'list']);
    expect(code).toBe(1);
    expect(stderr).toContain('answered 502 and no problem document');
  });

  test('no answer in time is inconclusive: the change may have been made', async () => {
    const io = capturedIo({
      env: { TIDEGATE_URL: server.url, TIDEGATE_TOKEN: 't' },
      fetch: () => Promise.reject(new DOMException('too late', 'TimeoutError')),
    });
    expect(await runCli(['keys', 'revoke', 'k1'], io)).toBe(3);
    expect(io.written.stderr).toContain('look before repeating');
  });
});

describe('flags', () => {
  test('a list reads every page and can be read by a program', async () => {
    server.on(
      `GET ${BASE}/flags`,
      { body: { items: [flag], next: 'new-checkout' } },
      { body: { items: [{ ...flag, key: 'other' }], next: null } },
    );
    const { code, stdout } = await run(['flags', 'list', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([{ key: 'new-checkout' }, { key: 'other' }]);
    expect(server.seen.map((request) => request.url)).toEqual([
      `${BASE}/flags?archived=false&limit=200`,
      `${BASE}/flags?archived=false&limit=200&after=new-checkout`,
    ]);
  });

  test('global options may stand anywhere, and choose the environment', async () => {
    const path = 'GET /api/v1/projects/shop/environments/staging/flags/a';
    server.on(path, { body: { ...flag, key: 'a' } });
    server.on(`${path}/usage`, { body: { flagKey: 'a', variations: [], sdks: [] } });
    const { code, stdout } = await run(['--project', 'shop', 'flags', 'get', 'a', '--environment', 'staging']);
    expect(code).toBe(0);
    expect(stdout).toContain('a  on  boolean, revision 1');
  });

  test('a toggle carries the ETag that it read, and tells the new state', async () => {
    server.on(`GET ${BASE}/flags/a`, { body: { ...flag, key: 'a' }, etag: '"1"' });
    server.on(`POST ${BASE}/flags/a/toggle`, { body: { ...flag, key: 'a', enabled: false, revision: 2 } });
    const { code, stdout } = await run(['flags', 'toggle', 'a', 'off', '--reason', 'pager']);
    expect(code).toBe(0);
    expect(stdout).toBe('a is off now (default/production, revision 2)\n');
    expect(server.seen[1]).toEqual({
      method: 'POST',
      url: `${BASE}/flags/a/toggle`,
      body: { enabled: false, reason: 'pager' },
      ifMatch: '"1"',
    });
  });

  test('a toggle that lost a race is tried again', async () => {
    server.on(
      `GET ${BASE}/flags/a`,
      { body: { ...flag, key: 'a' }, etag: '"1"' },
      { body: { ...flag, key: 'a', revision: 2 }, etag: '"2"' },
    );
    server.on(`POST ${BASE}/flags/a/toggle`, problemReply(412, 'precondition-failed', 'it is at revision 2'), {
      body: { ...flag, key: 'a', enabled: false, revision: 3 },
    });
    const { code } = await run(['flags', 'toggle', 'a', 'off']);
    expect(code).toBe(0);
    expect(server.seen.at(-1)?.ifMatch).toBe('"2"');
  });

  test('a flag that is off already is not switched again', async () => {
    server.on(`GET ${BASE}/flags/a`, { body: { ...flag, key: 'a', enabled: false }, etag: '"1"' });
    const { code, stdout } = await run(['flags', 'toggle', 'a', 'off']);
    expect(code).toBe(0);
    expect(stdout).toContain('a was off already');
    expect(server.seen).toHaveLength(1);
  });

  test('create sends variations as the kind reads them', async () => {
    server.on(`POST ${BASE}/flags`, { status: 201, body: flag });
    const { code } = await run([
      'flags',
      'create',
      'limit',
      '--kind',
      'number',
      '--variation',
      'low=10',
      '--variation',
      'high=20',
      '--reason',
      'new',
    ]);
    expect(code).toBe(0);
    expect(server.seen[0]).toMatchObject({
      url: `${BASE}/flags?reason=new`,
      body: {
        key: 'limit',
        kind: 'number',
        enabled: false,
        variations: [
          { key: 'low', value: 10 },
          { key: 'high', value: 20 },
        ],
      },
    });
  });
});

describe('keys and explanations', () => {
  test('a new key is shown once, and belongs to the environment', async () => {
    const view = {
      id: 'k9',
      kind: 'server',
      name: 'shop',
      hint: 'tg_srv_ab',
      environment: 'default/production',
      role: 'sdk',
    };
    server.on('POST /api/v1/keys', {
      status: 201,
      body: { ...view, createdAtMs: 0, revokedAtMs: null, key: 'tg_srv_abc' },
    });
    const { code, stdout } = await run(['keys', 'create', 'server', 'shop']);
    expect(code).toBe(0);
    expect(stdout).toContain('\n  tg_srv_abc\n');
    expect(server.seen[0]?.body).toEqual({ kind: 'server', name: 'shop', environment: 'default/production' });
  });

  test('an operator key is for every environment unless it is only for here', async () => {
    server.on('POST /api/v1/keys', { status: 201, body: {} });
    await run(['keys', 'create', 'operator', 'ci', '--role', 'editor']);
    expect(server.seen[0]?.body).toEqual({ kind: 'operator', name: 'ci', role: 'editor', environment: null });
    await run(['keys', 'create', 'operator', 'ci', '--role', 'killer', '--only-here']);
    expect(server.seen[1]?.body).toMatchObject({ environment: 'default/production' });
  });

  test.each([
    [[], {}, 'now, revision 4'],
    [['--revision', '4'], { revision: 4 }, 'as it was at revision 4'],
    [
      ['--at', '2026-03-01T15:03:00+01:00'],
      { atMs: 1_772_373_780_000 },
      'as it was at 2026-03-01 14:03:00Z, revision 4',
    ],
  ])('explain %j asks for that moment, and prints the trace and who made it so', async (argv, moment, told) => {
    server.on(`POST ${BASE}/flags/a/explain`, {
      body: {
        flagKey: 'a',
        evaluation: { value: false, variation: 'off', reason: 'DISABLED', revision: 3 },
        steps: [{ kind: 'enabled', flagKey: 'a', enabled: false }],
        revision: 4,
        changes: [
          {
            ...{ revision: 3, kind: 'flag', key: 'a', archived: false },
            ...{ action: 'disabled', reason: 'too early', atMs: 0 },
            actor: { kind: 'key', id: 'k', name: 'Ann' },
          },
        ],
      },
    });
    const { code, stdout } = await run(['explain', 'a', '--context', '{"targetingKey":"u1"}', ...argv]);
    expect(code).toBe(0);
    expect(server.seen[0]?.body).toEqual({ context: { targetingKey: 'u1' }, ...moment });
    expect(stdout.split('\n')).toEqual([
      'a = false  variation off, DISABLED, revision 3',
      '  ✗ a is disabled',
      'WHAT    REVISION  MADE                  BY   DID       WHY',
      'flag a         3  1970-01-01 00:00:00Z  Ann  disabled  too early',
      `default/production ${told}`,
      '',
    ]);
  });
});
