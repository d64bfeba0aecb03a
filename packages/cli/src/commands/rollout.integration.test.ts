import type { RolloutView } from '@tidegate/protocol';
import {
  buildRolloutView,
  problemReply,
  type ScriptedReply,
  type ScriptedServer,
  startScriptedServer,
} from '@tidegate/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { capturedIo } from '../captured-io.ts';
import { runCli } from '../run-cli.ts';

const BASE = '/api/v1/projects/default/environments/production';

let server: ScriptedServer;

beforeEach(async () => {
  server = await startScriptedServer();
});

afterEach(() => server.close());

async function run(argv: string[], options: { isTerminal?: boolean; env?: Record<string, string> } = {}) {
  const { env = {}, isTerminal = false } = options;
  const io = capturedIo({ env: { TIDEGATE_URL: server.url, TIDEGATE_TOKEN: 'tg_op_test', ...env }, isTerminal });
  return { code: await runCli(argv, io), ...io.written };
}

const harm = { kind: 'harm', metric: 'run-errors', logEvidence: 3.2, logThreshold: 3 } as const;

describe('rollouts', () => {
  const list = `GET ${BASE}/rollouts`;
  const id = buildRolloutView().id;
  const one = `GET ${BASE}/rollouts/${id}`;
  const page = (...items: RolloutView[]): ScriptedReply => ({ body: { items, next: null } });
  const ended = (overrides: Partial<RolloutView>): ScriptedReply => ({
    body: buildRolloutView({ active: false, ...overrides }),
  });

  test('start sends the plan that the options ask for', async () => {
    server.on(`POST ${BASE}/rollouts`, { status: 201, body: buildRolloutView() });
    const { code, stdout } = await run(
      'rollout start new-checkout --stages 5,100 --dwell 30s --min-units 20 --guard run-errors --guard slow-runs:0.5'.split(
        ' ',
      ),
    );
    expect(code).toBe(0);
    expect(stdout).toContain('tidegate rollout watch new-checkout');
    expect(server.seen[0]?.body).toEqual({
      flagKey: 'new-checkout',
      treatment: 'on',
      control: 'off',
      stages: [
        { treatmentPpm: 50_000, dwellMs: 30_000, minUnits: 20 },
        { treatmentPpm: 1_000_000, dwellMs: 30_000, minUnits: 20 },
      ],
      guards: [
        { metric: 'run-errors', weight: 1 },
        { metric: 'slow-runs', weight: 0.5 },
      ],
    });
  });

  test('watch ends with 0 when the rollout succeeds, with a line per change', async () => {
    server.on(list, page(buildRolloutView()));
    server.on(
      one,
      { body: buildRolloutView() },
      { body: buildRolloutView() },
      ended({ state: { kind: 'succeeded', atMs: 0 } }),
    );
    const { code, stdout } = await run(['rollout', 'watch', 'new-checkout']);
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toEqual([
      expect.stringContaining('progressing, stage 2 of 3'),
      expect.stringContaining('succeeded'),
    ]);
    expect(stdout).not.toContain('\u001b');
  });

  test('watch follows a kill until it is rolled back, and ends with 1', async () => {
    server.on(
      one,
      { body: buildRolloutView() },
      {
        body: buildRolloutView({
          state: { kind: 'aborting', fromStageIndex: 1, cause: harm, abortedAtMs: 0, revision: 13 },
        }),
      },
      ended({
        state: {
          kind: 'rolledBack',
          fromStageIndex: 1,
          cause: harm,
          atMs: 0,
          revision: 13,
          confirmedCount: 3,
          connectedCount: 3,
        },
      }),
    );
    const { code, stdout } = await run(['rollout', 'watch', id, '--json']);
    expect(code).toBe(1);
    expect(stdout.trim().split('\n')).toEqual([
      expect.stringContaining('"kind":"aborting"'),
      expect.stringContaining('"kind":"rolledBack"'),
    ]);
  });

  test('watch gives up with 3 when its time is up', async () => {
    server.on(one, { body: buildRolloutView() });
    const { code, stderr } = await run(['rollout', 'watch', id, '--timeout', '30s']);
    expect(code).toBe(3);
    expect(stderr).toContain('the rollout goes on');
  });

  test('watch outlives a server that is away for a while', async () => {
    server.on(
      one,
      { body: buildRolloutView() },
      problemReply(503, 'unavailable', 'starting'),
      ended({ state: { kind: 'succeeded', atMs: 0 } }),
    );
    const { code, stderr } = await run(['rollout', 'watch', id]);
    expect(code).toBe(0);
    expect(stderr).toContain('unavailable');
  });

  test('on a terminal watch redraws one status', async () => {
    server.on(
      one,
      { body: buildRolloutView() },
      { body: buildRolloutView() },
      ended({ state: { kind: 'succeeded', atMs: 0 } }),
    );
    const { stdout } = await run(['rollout', 'watch', id], { isTerminal: true, env: { NO_COLOR: '1' } });
    expect(stdout).toContain('\u001b[7A\r\u001b[0J');
    expect(stdout).not.toContain('\u001b[3');
  });

  test("a flag's active rollout is meant before its newest, and several must be told apart", async () => {
    server.on(list, page(), page(buildRolloutView({ createdAtMs: 1 }), buildRolloutView({ createdAtMs: 2 })));
    const newest = await run(['rollout', 'explain', 'new-checkout']);
    expect(newest.code).toBe(1);
    expect(server.seen.at(-1)?.url).toBe(`${BASE}/rollouts/${id}/decisions?limit=20`);
    server.on(list, page(buildRolloutView(), buildRolloutView({ rule: 'beta' })));
    const several = await run(['rollout', 'abort', 'new-checkout']);
    expect(several.code).toBe(2);
    expect(several.stderr).toContain('owns the rule beta');
    server.on(list, page());
    expect(await run(['rollout', 'watch', 'nobody'])).toMatchObject({ code: 2 });
  });

  test('explain tells the decisions oldest first, and what would change the verdict', async () => {
    const view = buildRolloutView();
    const decision = (sequence: number) => ({
      rolloutId: id,
      sequence,
      kind: 'hold',
      reason: `reason ${sequence}`,
      atMs: 0,
      revision: null,
      decision: { kind: 'hold', state: view.state, reason: '', changed: true },
      input: { summary: view.evidence, assessment: view.assessment, confirmation: view.confirmation },
    });
    server.on(one, { body: view });
    server.on(`GET ${BASE}/rollouts/${id}/decisions`, { body: { items: [decision(2), decision(1)], next: null } });
    const { code, stdout } = await run(['rollout', 'explain', id]);
    expect(code).toBe(0);
    expect(stdout).toContain('run-errors: about 300 more units decide');
    expect(stdout.indexOf('reason 1')).toBeLessThan(stdout.indexOf('reason 2'));
  });

  test('promote says which version it looked at; abort never waits for that', async () => {
    server.on(one, { body: buildRolloutView({ version: 7 }) });
    server.on(`POST ${BASE}/rollouts/${id}/promote`, { body: buildRolloutView() });
    server.on(`POST ${BASE}/rollouts/${id}/abort`, { body: buildRolloutView() });
    await run(['rollout', 'promote', id]);
    expect(server.seen.at(-1)?.body).toEqual({ reason: '', expectedVersion: 7 });
    const { code } = await run(['rollout', 'abort', id, '--reason', 'pager']);
    expect(code).toBe(0);
    expect(server.seen.at(-1)?.body).toEqual({ reason: 'pager' });
  });

  test('wait ends with 0 at the stage it waits for, with 1 when that cannot come any more, with 3 when time is up', async () => {
    server.on(list, page(buildRolloutView()));
    server.on(one, { body: buildRolloutView() });
    expect((await run(['rollout', 'wait', 'new-checkout', '--for', 'stage 2'])).code).toBe(0);
    expect((await run(['rollout', 'wait', 'new-checkout', '--for', 'stage 3', '--timeout', '1s'])).code).toBe(3);
    expect((await run(['rollout', 'wait', 'new-checkout', '--for', 'lunch'])).code).toBe(2);
    const rolledBack = {
      kind: 'rolledBack',
      fromStageIndex: 1,
      cause: harm,
      atMs: 0,
      revision: 9,
      confirmedCount: 0,
      connectedCount: 0,
    } as const;
    server.on(one, ended({ state: rolledBack }));
    expect((await run(['rollout', 'wait', 'new-checkout', '--for', 'stage 3'])).code).toBe(1);
    server.on(one, ended({ state: rolledBack }));
    expect((await run(['rollout', 'wait', 'new-checkout', '--for', 'rolled-back'])).code).toBe(0);
  });

  test('a command says only what was asked, and of which version where it means another thing at another stage', async () => {
    server.on(list, page(buildRolloutView()));
    for (const kind of ['jump', 'abort', 'retry', 'supersede'])
      server.on(`POST ${BASE}/rollouts/${id}/${kind}`, { body: buildRolloutView() });
    await run('rollout jump new-checkout --stage 3 --accept-risk'.split(' '));
    await run('rollout abort new-checkout --gradual'.split(' '));
    await run('rollout retry new-checkout --expect-version 9'.split(' '));
    await run('rollout supersede new-checkout --serve off --reason urgent'.split(' '));
    const said = server.seen.filter(({ body }) => body !== undefined).map(({ body }) => body);
    expect(said).toEqual([
      { reason: '', acceptRisk: true, stageIndex: 2, expectedVersion: 4 },
      { reason: '', gradual: true },
      { reason: '', expectedVersion: 9 },
      { reason: 'urgent', serve: { kind: 'variation', variation: 'off' } },
    ]);
  });

  test('a command that came too late ends with 4, so that a script may look again', async () => {
    server.on(list, page(buildRolloutView()));
    server.on(
      `POST ${BASE}/rollouts/${id}/promote`,
      problemReply(412, 'precondition-failed', 'The rollout is at version 5.'),
    );
    expect((await run(['rollout', 'promote', 'new-checkout'])).code).toBe(4);
  });

  test('an environment is frozen and unfrozen as a whole, or one rollout is', async () => {
    server.on(`PUT ${BASE}/freeze`, { body: { freeze: null } });
    server.on(`DELETE ${BASE}/freeze`, { body: { freeze: null } });
    expect((await run('rollout freeze --all --reason sale'.split(' '))).code).toBe(0);
    expect(server.seen[0]?.body).toEqual({ untilMs: null, reason: 'sale' });
    expect((await run('rollout unfreeze --all'.split(' '))).code).toBe(0);
    expect((await run('rollout freeze'.split(' '))).code).toBe(2);
    expect((await run('rollout freeze new-checkout --all'.split(' '))).code).toBe(2);
  });

  test('a freeze is told above the rollouts and by --show, until it is over', async () => {
    // The clock of a run begins at 2 000 000.
    const freeze = { untilMs: 2_000_001, reason: 'sale', by: { kind: 'key', id: 'k', name: 'Ann' }, atMs: 0 };
    const told = 'The environment is frozen until 1970-01-01 00:33:20Z (since 1970-01-01 00:00:00Z, by Ann): sale\n';
    const over = { ...freeze, untilMs: 2_000_000 };
    server.on(list, page());
    server.on(`GET ${BASE}/freeze`, ...[freeze, freeze, over, over].map((one) => ({ body: { freeze: one } })));
    expect((await run(['rollout', 'list'])).stdout).toBe(`${told}There are no rollouts.\n`);
    expect((await run(['rollout', 'freeze', '--show'])).stdout).toBe(told);
    expect((await run(['rollout', 'list'])).stdout).toBe('There are no rollouts.\n');
    expect((await run(['rollout', 'freeze', '--show'])).stdout).toBe('The environment is not frozen.\n');
    expect(server.seen.every(({ method }) => method === 'GET')).toBe(true);
  });

  test('explain decides a stored decision again, and ends with 1 when the two differ', async () => {
    server.on(list, page(buildRolloutView()));
    const decision = { kind: 'advance', reason: 'Nothing holds.', changed: true, state: buildRolloutView().state };
    const explanation = { sequence: 3, decision, recomputed: decision, storedRulesVersion: 2, rulesVersion: 2 };
    const path = `GET ${BASE}/rollouts/${id}/decisions/3/explain`;
    server.on(path, { body: { ...explanation, agrees: true, differsIn: [], assessmentDiffersIn: [] } });
    const same = await run('rollout explain new-checkout --decision 3'.split(' '));
    expect([same.code, same.stdout]).toEqual([0, expect.stringContaining('the same, bit for bit')]);
    server.on(path, {
      body: { ...explanation, agrees: false, differsIn: ['reason'], assessmentDiffersIn: ['errors.ratio'] },
    });
    const other = await run('rollout explain new-checkout --decision 3'.split(' '));
    expect([other.code, other.stdout]).toEqual([
      1,
      expect.stringContaining('it differs in reason; assessed again, the evidence differs in errors.ratio'),
    ]);
  });
});
