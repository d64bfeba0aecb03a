import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, root, type ServerProcess, startServer } from './processes.ts';

let dataDir: string;
let server: ServerProcess;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tidegate-cli-'));
  server = await startServer({ dataDir, port: await freePort() });
});

afterAll(async () => {
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

describe('npx tidegate', () => {
  test('takes a flag from nothing to a rollout and back, with the credentials of the first start', () => {
    expect(tidegate('flags', 'create', 'new-checkout').code).toBe(0);
    expect(tidegate('flags', 'toggle', 'new-checkout', 'on', '--reason', 'ready').code).toBe(0);
    expect(json('flags', 'get', 'new-checkout', '--json')).toMatchObject({ key: 'new-checkout', enabled: true });
    expect(tidegate('rollout', 'start', 'new-checkout', '--stages', '2.5,100', '--dwell', '1h').code).toBe(0);
    expect(json('rollout', 'list', '--json')).toMatchObject([{ treatmentPpm: 25_000 }]);
    expect(tidegate('rollout', 'pause', 'new-checkout').code).toBe(0);
    expect(tidegate('rollout', 'resume', 'new-checkout').code).toBe(0);
    expect(tidegate('rollout', 'explain', 'new-checkout').out).toMatch(/start/);
    const trace = tidegate('explain', 'new-checkout', '--context', '{"targetingKey":"u1"}');
    expect([trace.code, trace.out]).toEqual([0, expect.stringMatching(/SPLIT/)]);
    expect(tidegate('rollout', 'watch', 'new-checkout', '--timeout', '1s').code).toBe(3);
    expect(tidegate('rollout', 'abort', 'new-checkout', '--reason', 'a test').code).toBe(0);
    expect(tidegate('rollout', 'watch', 'new-checkout', '--timeout', '20s').code).toBe(1);
  });

  test('says what was wrong, and ends with the code that says which', async () => {
    expect(tidegate('flags', 'get', 'nowhere')).toMatchObject({ code: 1, err: expect.stringMatching(/not-found/) });
    expect(tidegate('flags', 'get').code).toBe(2);
    expect(tidegate('rollout', 'start', 'new-checkout', '--dwell', 'soon').code).toBe(2);
    const wrong = tidegate('flags', 'list', '--token', `tg_op_${'x'.repeat(43)}`);
    expect(wrong).toMatchObject({ code: 1, err: expect.stringMatching(/unauthenticated/) });
    const nobody = tidegate(
      'flags',
      'list',
      '--url',
      `http://127.0.0.1:${await freePort()}`,
      '--token',
      server.credentials.operatorToken,
    );
    expect(nobody.code).toBe(1);
    expect(nobody.err).not.toMatch(/\n\s+at /);
  });
});

function tidegate(...args: string[]): { code: number | null; out: string; err: string } {
  const { TIDEGATE_URL, TIDEGATE_TOKEN, ...rest } = process.env;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'packages/cli/bin/tidegate.mjs'), ...args],
    { cwd: root, encoding: 'utf8', env: { ...rest, TIDEGATE_DATA_DIR: dataDir } },
  );
  return { code: status, out: stdout, err: stderr };
}

function json(...args: string[]): unknown {
  return JSON.parse(tidegate(...args).out);
}
