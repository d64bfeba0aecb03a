import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient } from '@tidegate/sdk-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { operatorApi } from './api.ts';
import { freePort, type ServerProcess, startServer, until } from './processes.ts';

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };
const FLAG = 'new-checkout';

let dataDir: string;
let server: ServerProcess;
let api: ReturnType<typeof operatorApi>;
let client: Client;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tidegate-forced-'));
  server = await startServer({ dataDir, port: await freePort() });
  api = operatorApi(server.credentials);
  await api.createFlag({ key: FLAG });
  await api.toggle(FLAG, true);
  client = createClient({ url: server.url, key: server.credentials.serverKey, logger: QUIET });
  await client.waitForInitialization({ timeoutMs: 20_000 });
});

afterAll(async () => {
  await client.close({ timeoutMs: 1_000 });
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Answers that no rule gave reach the server's counts, and never its evidence; but a breaker's are a word of warning. */
test('what a breaker and an override decided is left out of the analysis, and the open breaker kills', async () => {
  const rollout = await api.startRollout({
    flagKey: FLAG,
    treatment: 'on',
    control: 'off',
    // Too long to be left while this test lasts.
    stages: [500_000, 1_000_000].map((treatmentPpm) => ({ treatmentPpm, dwellMs: 3_600_000, minUnits: 1_000_000 })),
    bakeMs: 1_000,
    alpha: 0.001,
    health: { openBreakers: { maxShare: 0.2 } },
  });
  await until('the rollout’s rule', 20_000, async () => client.rolloutState(FLAG) ?? undefined);
  expect(client.rolloutState(FLAG)).toMatchObject({ rolloutId: rollout.id, stageIndex: 0, treatmentPpm: 500_000 });

  const tester = client.withOverrides({ [FLAG]: 'on' });
  for (let user = 0; user < 50; user++) {
    expect(tester.variation(FLAG, { targetingKey: `tester-${user}` }, false)).toBe(true);
  }
  const isOpen = () => client.status().breakers.length > 0;
  const branches = {
    control: () => 'control',
    treatment: () => {
      throw new Error('broken');
    },
  };
  let exposedCount = 0;
  for (; !isOpen() && exposedCount < 1_000; exposedCount++) {
    try {
      client.run(FLAG, { targetingKey: `user-${exposedCount}` }, branches);
    } catch {
      // Treatment is broken: that is what opens the breaker.
    }
  }
  expect(isOpen()).toBe(true);
  for (let user = 0; user < 100; user++) {
    expect(client.run(FLAG, { targetingKey: `forced-${user}` }, branches)).toBe('control');
  }
  expect(await client.flush({ timeoutMs: 20_000 })).toBe(true);

  const counted = await until('the evidence', 20_000, async () => {
    const evidence = await api.evidence();
    return (evidence['evaluations'] ?? 0) >= 50 + exposedCount + 100 ? evidence : undefined;
  });
  expect(counted).toMatchObject({ evaluations: 50 + exposedCount + 100, exposureRows: exposedCount });

  const { state } = await until('the kill', 20_000, async () => {
    const seen = await api.getRollout(rollout.id);
    return seen.state.kind === 'rolledBack' ? seen : undefined;
  });
  expect(state).toMatchObject({ cause: { kind: 'breakers', openCount: 1, instanceCount: 1 }, confirmedCount: 1 });
  expect(client.variation(FLAG, { targetingKey: 'anybody' }, true)).toBe(false);
});
