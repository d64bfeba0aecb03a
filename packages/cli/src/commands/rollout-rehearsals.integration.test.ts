import { beforeEach, describe, expect, test } from 'vitest';
import { runServer } from '../../../server/src/running-server.fixture.ts';
import { capturedIo } from '../captured-io.ts';
import { runCli } from '../run-cli.ts';

const BASE = '/api/v1/projects/default/environments/production';
const PLAN = `
flag: new-checkout
treatment: "on"
guards:
  - template: error-rate
`;
const TRAFFIC = ['--units-per-minute', '1200', '--rate', 'error-rate=0.01', '--runs', '5'];

// What the tests read of answers; the schemas of the API are held to elsewhere.
type Answer = ReturnType<typeof JSON.parse>;

let call: (method: string, path: string, body?: unknown) => Promise<Answer>;
let run: (...argv: string[]) => Promise<{ code: number; stdout: string; stderr: string }>;

beforeEach(async () => {
  const server = await runServer();
  const env = { TIDEGATE_URL: server.url, TIDEGATE_TOKEN: server.keys.operatorToken };
  call = async (method, path, body) => {
    const reply = await fetch(`${server.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${env.TIDEGATE_TOKEN}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return reply.json();
  };
  run = async (...argv) => {
    const io = capturedIo({ env, files: { 'plan.yaml': PLAN } });
    return { code: await runCli(argv, io), ...io.written };
  };
  await call('POST', `${BASE}/flags`, { key: 'new-checkout', enabled: true });
});

describe('rollout simulate', () => {
  test('tells how long a plan takes, what each stage sees and whom a broken page reaches, and starts nothing', async () => {
    const { code, stdout, stderr } = await run(
      'rollout',
      'simulate',
      'plan.yaml',
      ...TRAFFIC,
      '--harm',
      '10',
      '--json',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({
      runs: 5,
      alpha: 0.05,
      healthy: { minutesToFull: { median: 120 } },
      harms: [{ metric: 'error-rate', ratio: 10, killed: 5 }],
      traffic: [
        { of: 'unitsPerMinute', origin: 'given', value: 1200 },
        { of: 'error-rate', origin: 'given', value: 0.01 },
      ],
    });
    // Sixty treated units a minute: a tenfold rate of errors is over within minutes.
    expect(answer.harms[0].treatedUnits.p90).toBeLessThan(600);
    expect(answer.healthy.stages[0].smallestHarm['error-rate']).toBeGreaterThan(1);
    expect((await call('GET', `${BASE}/rollouts`)).items).toEqual([]);
  });

  test('answers the same for the same seed, as a table too', async () => {
    const once = await run('rollout', 'simulate', 'plan.yaml', ...TRAFFIC, '--seed', '7', '--harm', '10');
    const again = await run('rollout', 'simulate', 'plan.yaml', ...TRAFFIC, '--seed', '7', '--harm', '10');
    expect(once).toEqual(again);
    expect(once.stdout).toMatch(/Without harm it has 100% after 120 minutes/);
    expect(once.stdout).toMatch(/error-rate × 10\s+5 of 5/);
  });

  test('asks for the traffic that nobody knows', async () => {
    const { code, stderr } = await run('rollout', 'simulate', 'plan.yaml');
    expect(code).toBe(1);
    expect(stderr).toContain('Say traffic.unitsPerMinute and traffic.rates["error-rate"].');
  });
});

describe('rollout drill', () => {
  test('kills a copy, tells when and whom, and leaves the rollout as it is', async () => {
    await call('PUT', `${BASE}/channels/oncall`, { kind: 'alertmanager', address: 'http://127.0.0.1:9093' });
    await call('PUT', `${BASE}/channels/steps`, {
      kind: 'alertmanager',
      address: 'http://127.0.0.1:9093',
      on: ['step'],
    });
    const { id } = await call('POST', `${BASE}/rollouts`, { flag: 'new-checkout', treatment: 'on' });
    const read = async () => ({
      decisions: (await call('GET', `${BASE}/rollouts/${id}/decisions`)).items.map(({ kind }: Answer) => kind),
      flag: await call('GET', `${BASE}/flags/new-checkout`),
      rollout: await call('GET', `${BASE}/rollouts/${id}`),
    });
    await expect.poll(async () => (await read()).rollout.evidence.newestRecordAtMs).toBeGreaterThan(0);
    const before = await read();
    const { metric } = before.rollout.plan.guards[0];
    const argv = ['--units-per-minute', '1200', '--rate', `${metric}=0.01`, '--runs', '5', '--ratio', '10', '--json'];
    await expect.poll(async () => (await run('rollout', 'drill', id, '--guard', metric, ...argv)).code).toBe(0);
    const { stdout } = await run('rollout', 'drill', id, '--guard', metric, ...argv);
    expect(JSON.parse(stdout)).toMatchObject({
      rolloutId: id,
      killed: 5,
      treatmentPpm: before.rollout.treatmentPpm,
      decision: { kind: 'kill', serve: { kind: 'anchor' } },
      told: { connectedSdks: 0, notificationTargets: ['oncall (alertmanager)'] },
    });
    const held = JSON.parse((await run('rollout', 'drills', id, '--json')).stdout);
    expect(held[0]).toMatchObject({ atMs: expect.any(Number), by: { kind: 'key' }, drill: JSON.parse(stdout) });
    expect((await run('rollout', 'drills', id)).stdout).toMatch(/× 10 +\d+% +5 of 5/);
    const after = await read();
    expect(after.flag).toEqual(before.flag);
    expect(after.decisions).toEqual(before.decisions);
    expect(after.rollout).toMatchObject({ version: before.rollout.version, treatmentPpm: before.rollout.treatmentPpm });
    expect(after.rollout.evidence).toEqual(before.rollout.evidence);
  });

  test('is refused of a rollout that has ended', async () => {
    const { id } = await call('POST', `${BASE}/rollouts`, { flag: 'new-checkout', treatment: 'on' });
    await call('POST', `${BASE}/rollouts/${id}/abort`, {});
    await expect.poll(async () => (await call('GET', `${BASE}/rollouts/${id}`)).state.kind).toBe('rolledBack');
    const { code, stderr } = await run('rollout', 'drill', id, '--guard', 'run-errors');
    expect(code).toBe(1);
    expect(stderr).toContain('has ended');
  });
});
