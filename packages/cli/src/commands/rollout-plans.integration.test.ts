import { describe, expect, test } from 'vitest';
import { runServer } from '../../../server/src/running-server.fixture.ts';
import { capturedIo } from '../captured-io.ts';
import { runCli } from '../run-cli.ts';

const BASE = '/api/v1/projects/default/environments/production';

/** A whole server with a flag, and a terminal beside these files. */
async function workbench(files: Record<string, string>) {
  const server = await runServer();
  const env = { TIDEGATE_URL: server.url, TIDEGATE_TOKEN: server.keys.operatorToken };
  const call = async (method: string, path: string, body?: unknown) => {
    const reply = await fetch(`${server.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${env.TIDEGATE_TOKEN}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer = await reply.json();
    if (!reply.ok) throw new Error(JSON.stringify(answer));
    return answer;
  };
  await call('POST', `${BASE}/flags`, { key: 'new-checkout', enabled: true });
  return {
    call,
    async run(...argv: string[]) {
      const io = capturedIo({ env, files });
      return { code: await runCli(argv, io), ...io.written };
    },
  };
}

const SMALLEST = `
flag: new-checkout
treatment: "on"
guards:
  - template: error-rate
`;

const TYPO = `flag: new-checkout
treatment: "on"
stages:
  - treatment: 5%
    dwel: 30m
  - treatment: 100%
surprise: true
`;

const WRONG = `flag: new-checkout
treatment: "on"
stages:
  - treatment: 50%
    dwell: 30 minutes
  - treatment: 10%
guards:
  - template: nothing
`;

const FALLING = `flag: new-checkout
treatment: "on"
stages:
  - treatment: 50%
  - treatment: 10%
`;

describe('rollout create', () => {
  test('starts a plan of three fields, which then says everything', async () => {
    const { run, call } = await workbench({ 'plan.yaml': SMALLEST });
    const { code, stdout, stderr } = await run('rollout', 'create', '--file', 'plan.yaml', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      state: { kind: 'progressing', stageIndex: 0 },
      treatmentPpm: 50_000,
      plan: {
        control: 'off',
        rule: 'fallthrough',
        guards: [{ metric: 'error-rate', template: { version: 1 }, definition: { event: '$error', harm: 'up' } }],
      },
    });
    expect((await call('GET', `${BASE}/rollouts`)).items).toHaveLength(1);
  });

  test('keeps a draft until somebody starts it', async () => {
    const { run, call } = await workbench({ 'plan.yaml': SMALLEST });
    const { code, stdout } = await run('rollout', 'create', '--file', 'plan.yaml', '--draft');
    const [draft] = (await call('GET', `${BASE}/rollouts`)).items;
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`rollout start ${draft.id} --now`),
    });
    expect(draft.state).toEqual({ kind: 'draft' });
    expect(await run('rollout', 'start', draft.id, '--now')).toMatchObject({ code: 0, stderr: '' });
    expect((await call('GET', `${BASE}/rollouts/${draft.id}`)).state.kind).toBe('progressing');
  });

  test('takes the rule from another rollout only with force', async () => {
    const { run, call } = await workbench({ 'plan.yaml': SMALLEST });
    await run('rollout', 'create', '--file', 'plan.yaml');
    expect((await run('rollout', 'create', '--file', 'plan.yaml')).code).toBe(4);
    expect((await run('rollout', 'create', '--file', 'plan.yaml', '--force')).code).toBe(0);
    const states = (await call('GET', `${BASE}/rollouts`)).items.map(
      ({ state }: { state: { kind: string } }) => state.kind,
    );
    expect(states.toSorted()).toEqual(['progressing', 'superseded']);
  });

  test('says of every member that it does not know where it stands, and sends nothing', async () => {
    const { run, call } = await workbench({ 'plan.yaml': TYPO });
    const { code, stderr } = await run('rollout', 'create', '--file', 'plan.yaml');
    expect(code).toBe(2);
    expect(stderr.trim().split('\n')).toEqual([
      'plan.yaml:5:5 stages[0].dwel: there is no such member',
      'plan.yaml:7:1 surprise: there is no such member',
    ]);
    expect((await call('GET', `${BASE}/rollouts`)).items).toEqual([]);
  });

  test('shows every refusal of the server at its place in the file', async () => {
    const { run } = await workbench({ 'plan.yaml': WRONG });
    const { code, stderr } = await run('rollout', 'create', '--file', 'plan.yaml');
    expect(code).toBe(1);
    expect(stderr).toContain('plan.yaml:5:5 stages[0].dwell: Expected a duration');
    expect(stderr).toContain('plan.yaml:8:5 guards[0].template: The project has no template nothing');
  });

  test.each([
    ['that is not there', {}, 'cannot be read'],
    ['that is no YAML', { 'plan.yaml': 'flag: [a' }, 'plan.yaml:1:9 is neither YAML nor JSON'],
    ['with a member twice', { 'plan.yaml': 'flag: a\nflag: b\n' }, 'plan.yaml:2:1 is neither YAML nor JSON'],
    ['that nests without end', { 'plan.yaml': `scope: ${'['.repeat(60)}${']'.repeat(60)}` }, 'nests deeper than 40'],
  ])('of a file %s is bad usage', async (_, files, message) => {
    const { run } = await workbench(files);
    const { code, stderr } = await run('rollout', 'create', '--file', 'plan.yaml');
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

test('apply starts a plan once, says so when it runs already, and keeps off a rule that another plan has', async () => {
  const slower = `${SMALLEST}preset: linear\n`;
  const { run, call } = await workbench({ 'plan.yaml': SMALLEST, 'slower.yaml': slower });
  expect(await run('rollout', 'apply', '--file', 'plan.yaml')).toMatchObject({ code: 0, stderr: '' });
  const again = await run('rollout', 'apply', '--file', 'plan.yaml');
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('plan.yaml runs already') });
  const other = await run('rollout', 'apply', '--file', 'slower.yaml');
  expect(other).toMatchObject({ code: 4, stderr: expect.stringContaining('rule-owned-by-rollout') });
  expect((await call('GET', `${BASE}/rollouts`)).items).toHaveLength(1);
});

describe('rollout lint', () => {
  test('of a plan that could start tells what may be regretted, and fails only when it is strict', async () => {
    const { run } = await workbench({ 'plan.yaml': `${SMALLEST}alpha: 0.2\nbake: 1m\n` });
    const { code, stdout } = await run('rollout', 'lint', 'plan.yaml', '--units-per-day', '10000000');
    expect(code).toBe(0);
    expect(stdout).toContain('plan.yaml:6:1 alpha: Alpha is above 0.1. It is 0.2. (alpha-large)');
    expect(stdout).toContain('plan.yaml:7:1 bake: The bake after the last stage lasts less than ten minutes.');
    expect(stdout).toContain('(only-technical)');
    expect(stdout).toContain('(kill-never-seen)');
    expect(stdout).toContain('plan.yaml: 0 refusals, 4 warnings');
    expect((await run('rollout', 'lint', 'plan.yaml', '--strict')).code).toBe(1);
  });

  test('knows the traffic when it is told', async () => {
    const { run } = await workbench({ 'plan.yaml': SMALLEST });
    const { stdout } = await run('rollout', 'lint', 'plan.yaml', '--units-per-day', '1000');
    expect(stdout).toContain('At 5 %, 100 new units in each arm take about 2 d; it stays for 30 min. (hold-too-short)');
  });

  test('ends with 1 for a plan that could not start, 2 for no plan, 4 for a rule that is not free', async () => {
    const files = { 'falling.yaml': FALLING, 'typo.yaml': TYPO, 'plan.yaml': SMALLEST };
    const { run } = await workbench(files);
    const falling = await run('rollout', 'lint', 'falling.yaml');
    expect(falling).toMatchObject({ code: 1, stdout: expect.stringContaining('falling.yaml:5:5 stages[1].treatment') });
    expect((await run('rollout', 'lint', 'typo.yaml')).code).toBe(2);
    await run('rollout', 'create', '--file', 'plan.yaml');
    expect((await run('rollout', 'lint', 'plan.yaml')).code).toBe(4);
  });

  test('as JSON has the plan as it would run', async () => {
    const { run } = await workbench({ 'plan.json': JSON.stringify({ flag: 'new-checkout', treatment: 'on' }) });
    const { stdout } = await run('rollout', 'lint', 'plan.json', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ plan: { control: 'off', alpha: 0.05 }, refusals: [] });
  });
});

const SALES = `
description: Units that bought for more than {{minimum}}
parameters:
  minimum: { type: number, default: 10, min: 0 }
metric:
  description: "Purchases above {{minimum}}"
  event: purchase
  countsWhen: { above: "{{minimum}}" }
  harm: down
`;

describe('templates', () => {
  test('are saved as versions, listed, shown, and used by plans', async () => {
    const files = {
      'sales.yaml': SALES,
      'sales-2.yaml': SALES.replace('default: 10', 'default: 20'),
      'plan.yaml': `${SMALLEST}  - { template: big-sales@1, args: { minimum: 50 } }\n`,
    };
    const { run } = await workbench(files);
    const save = (file: string) => run('templates', 'save', 'big-sales', '--file', file);
    expect(await save('sales.yaml')).toMatchObject({ code: 0, stdout: expect.stringContaining('big-sales@1') });
    expect((await save('sales.yaml')).stdout).toContain('big-sales@1');
    expect((await save('sales-2.yaml')).stdout).toContain('big-sales@2');
    const { stdout: listed } = await run('templates', 'list');
    expect(listed).toMatch(/error-rate@1 .*built in/);
    expect(listed).toMatch(/big-sales@2 +minimum=20/);
    expect(JSON.parse((await run('templates', 'show', 'big-sales@1')).stdout)).toMatchObject({
      version: 1,
      parameters: { minimum: { default: 10 } },
    });
    const created = await run('rollout', 'create', '--file', 'plan.yaml', '--json');
    expect(JSON.parse(created.stdout).plan.guards[1]).toMatchObject({
      metric: 'big-sales',
      template: { name: 'big-sales', version: 1, args: { minimum: 50 } },
      definition: { event: 'purchase', countsWhen: { above: 50 }, harm: 'down', description: 'Purchases above 50' },
    });
  });

  test.each([
    ['with a hole that is no parameter', SALES.replace('event: purchase', 'event: "{{event}}"'), 'names event'],
    ['that makes no metric', SALES.replace('harm: down', 'harm: sideways'), 'it makes no metric: /harm'],
    ['with a default beyond its bound', SALES.replace('min: 0', 'min: 11'), 'The default of minimum'],
    ['with bounds that leave nothing', SALES.replace('min: 0', 'min: 5, max: 4'), 'takes nothing'],
    ['with a bound of a text', SALES.replace('type: number', 'type: string'), 'only a number has min and max'],
  ])('%s are refused when they are saved', async (_, text, message) => {
    const { run } = await workbench({ 'template.yaml': text });
    const { code, stderr } = await run('templates', 'save', 'broken', '--file', 'template.yaml');
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(message) });
  });

  test('that are built in cannot be replaced', async () => {
    const { run } = await workbench({ 'sales.yaml': SALES });
    const { code, stderr } = await run('templates', 'save', 'latency', '--file', 'sales.yaml');
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('built-in template') });
  });
});
