import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DecisionView } from '@tidegate/protocol';
import { createClient } from '@tidegate/sdk-node';
import { expect, test } from 'vitest';
import { operatorApi } from './api.ts';
import { freePort, startServer, until } from './processes.ts';

const DWELL_MS = 2_000;
/** Longer than two stages: a controller that made up for lost time would take more than one at once. */
const DOWN_MS = 5_000;

test('a rollout whose server dies goes on where it was, and raises one stage at a time', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tidegate-restart-'));
  const port = await freePort();
  let server = await startServer({ dataDir, port });
  const api = operatorApi(server.credentials);
  await api.createFlag({ key: 'new-checkout', enabled: true });
  const client = createClient({ url: server.url, key: server.credentials.serverKey, events: { flushIntervalMs: 200 } });
  await client.waitForInitialization({ timeoutMs: 10_000 });
  let visits = 0;
  const traffic = setInterval(() => {
    for (let n = 0; n < 5; n += 1) client.variation('new-checkout', { targetingKey: `visitor-${visits++}` }, false);
  }, 20);
  try {
    const stages = [200_000, 400_000, 600_000, 800_000, 1_000_000].map((treatmentPpm) => ({
      treatmentPpm,
      dwellMs: DWELL_MS,
      minUnits: 20,
    }));
    const { id } = await api.startRollout({
      flagKey: 'new-checkout',
      treatment: 'on',
      control: 'off',
      stages,
      bakeMs: 0,
    });
    await until('the second stage', 20_000, async () =>
      (await api.getRollout(id)).treatmentPpm === 400_000 ? true : undefined,
    );
    await server.kill9();
    await sleep(DOWN_MS);
    server = await startServer({ dataDir, port });
    const back = await api.getRollout(id);
    expect([back.state.kind, back.treatmentPpm]).toEqual(['progressing', 400_000]);
    expect(back.evidence.unitCount).toBeGreaterThan(0);

    await until('the rollout succeeds', 60_000, async () =>
      (await api.getRollout(id)).state.kind === 'succeeded' ? true : undefined,
    );
    const decisions: DecisionView[] = (await api.decisions(id)).items.reverse();
    const raised = decisions.filter(({ kind }) => kind === 'start' || kind === 'advance' || kind === 'bake');
    expect(raised.map(({ decision }) => decision.serve)).toEqual(
      stages.map((_, stageIndex) => ({ kind: 'stage', stageIndex })),
    );
    for (const [index, { atMs }] of raised.entries()) {
      const before = raised[index - 1];
      if (before !== undefined) expect(atMs - before.atMs).toBeGreaterThanOrEqual(DWELL_MS);
    }
  } finally {
    clearInterval(traffic);
    await client.close();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
});
