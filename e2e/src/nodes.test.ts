import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@tidegate/sdk-node';
import { startPostgres } from '@tidegate/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operatorApi } from './api.ts';
import { freePort, type ServerProcess, startServer, until } from './processes.ts';

/** A node that died gives its environments up after ten seconds without a word. */
const TAKE_OVER_WITHIN_MS = 20_000;

describe('two nodes on one PostgreSQL', () => {
  let dataDir: string;
  let postgres: Awaited<ReturnType<typeof startPostgres>>;
  const nodes: ServerProcess[] = [];

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tidegate-nodes-'));
    postgres = await startPostgres({ fsync: false });
    const first = await startServer({ dataDir, port: await freePort(), databaseUrl: postgres.url, node: 'first' });
    const { credentials } = first;
    const port = await freePort();
    const second = await startServer({ dataDir, port, databaseUrl: postgres.url, node: 'second', credentials });
    nodes.push(first, second);
  });

  afterAll(async () => {
    for (const node of nodes) await node.stop();
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  test('serve one log: a change at one reaches the SDKs of the other, and evidence goes back', async () => {
    const [first, second] = nodes as [ServerProcess, ServerProcess];
    const [api, otherApi] = [operatorApi(first.credentials), operatorApi(second.credentials)];
    await api.createFlag({ key: 'shared' });
    const client = createClient({
      url: second.url,
      key: second.credentials.serverKey,
      events: { flushIntervalMs: 200 },
    });
    await client.waitForInitialization({ timeoutMs: 10_000 });
    await api.toggle('shared', true);
    const stages = [500_000, 1_000_000].map((treatmentPpm) => ({ treatmentPpm, dwellMs: 60_000, minUnits: 50 }));
    const { id } = await api.startRollout({ flagKey: 'shared', treatment: 'on', control: 'off', stages });
    await until('the SDK of the second node serves the rollout', 5_000, async () =>
      client.variationDetail('shared', { targetingKey: 'u1' }, false).reason === 'SPLIT' ? true : undefined,
    );

    const visits = 400;
    let treated = 0;
    for (let n = 0; n < visits; n += 1) {
      const context = { targetingKey: `visitor-${n}` };
      if (client.variation('shared', context, false)) treated += 1;
      if (n % 10 === 0) client.track('$error:shared', context);
    }
    await client.flush();
    // Whichever node holds the environment has counted what came in at the second.
    const { evidence } = await until('every visit is counted', 10_000, async () => {
      const views = [await api.getRollout(id), await otherApi.getRollout(id)];
      return views.find((view) => view.evidence.unitCount >= visits);
    });
    const [stratum] = evidence.strata;
    // The unit that the first look asked for counts too.
    expect(evidence.unitCount).toBeLessThanOrEqual(visits + 1);
    expect(stratum?.units.treatment).toBeGreaterThanOrEqual(treated);

    await otherApi.command(id, 'abort');
    const ended = await until('the abort is confirmed', 15_000, async () => {
      const view = await api.getRollout(id);
      return view.state.kind === 'rolledBack' ? view.state : undefined;
    });
    expect([ended.confirmedCount, ended.connectedCount]).toEqual([1, 1]);
    expect(client.variation('shared', { targetingKey: 'u1' }, true)).toBe(false);
    await client.close();
  });

  test('survive one of them: the other takes over accounting and control', async () => {
    const [first, second] = nodes as [ServerProcess, ServerProcess];
    const api = operatorApi(second.credentials);
    await first.kill9();
    await until('the second node holds the environment', TAKE_OVER_WITHIN_MS, async () =>
      (await api.evidence())['held'] ? true : undefined,
    );
    await api.createFlag({ key: 'after' });
    await api.toggle('after', true);
    const { id } = await api.startRollout({ flagKey: 'after', treatment: 'on', control: 'off' });
    await until('the second node decides', 10_000, async () =>
      (await api.getRollout(id)).state.kind === 'progressing' ? true : undefined,
    );
  });
});
