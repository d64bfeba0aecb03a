import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RolloutView } from '@tidegate/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operatorApi } from './api.ts';
import { type BrowserPage, chromiumPath, openPage } from './browser-page.ts';
import { end, freePort, type ServerProcess, startScript, startServer, until } from './processes.ts';

const HEALTHY = 'new-checkout';
const HARMFUL = 'new-search';
const IDLE_SDKS = 200;
const KILL_REACHES_ALL_WITHIN_MS = 1_000;
const ASKED_UNITS = 1_000;

const plan = (flagKey: string) => ({
  flagKey,
  treatment: 'on',
  control: 'off',
  stages: [100_000, 500_000, 1_000_000].map((treatmentPpm) => ({ treatmentPpm, dwellMs: 3_000, minUnits: 50 })),
  bakeMs: 3_000,
  // Chance alone must not end this test: one in a thousand healthy rollouts may be killed.
  alpha: 0.001,
});

describe('the loop: flag, SDK, events, evidence, ramp or kill', () => {
  let dataDir: string;
  let server: ServerProcess;
  let api: ReturnType<typeof operatorApi>;
  let browser: BrowserPage | undefined;
  const processes: ChildProcess[] = [];
  const rollouts = new Map<string, RolloutView>();

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tidegate-loop-'));
    server = await startServer({ dataDir, port: await freePort() });
    api = operatorApi(server.credentials);
    for (const key of [HEALTHY, HARMFUL]) {
      await api.createFlag({ key, clientSide: key === HEALTHY ? 'rules' : 'value' });
      await api.toggle(key, true);
    }
    const flags = [
      { key: HEALTHY, controlFailure: 0.02, treatmentFailure: 0.02 },
      // So much harm that its few seconds at 50 % cannot pass by chance.
      { key: HARMFUL, controlFailure: 0.02, treatmentFailure: 0.2 },
    ];
    for (const [name, instances] of [
      ['visited-1', 1],
      ['visited-2', 1],
      ['idle', IDLE_SDKS],
    ] as const) {
      const visitsPerSecond = name === 'idle' ? 0 : 150;
      const orders = { url: server.url, key: server.credentials.serverKey, name, visitsPerSecond, flags, instances };
      processes.push(startScript('sdk-process.ts', { ORDERS: JSON.stringify(orders) }));
    }
    await Promise.all(processes.map((process) => answerOf(process, 'ready')));
    if (chromiumPath !== undefined) {
      const { url, browserKey } = server.credentials;
      browser = await openPage('page-script.ts', { url, key: browserKey, userId: 'page-user' });
      await ask(browser, 'client.waitForInitialization({ timeoutMs: 10000 }).then(() => true)');
    }
    for (const key of [HEALTHY, HARMFUL]) rollouts.set(key, await api.startRollout(plan(key)));
  });

  afterAll(async () => {
    await browser?.close();
    await Promise.all(processes.map((process) => end(process, 'SIGKILL')));
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  test('a harmful rollout is killed, and every SDK serves control within a second', async () => {
    const killed = await ended(HARMFUL);
    if (killed.state.kind !== 'rolledBack') throw new Error(`not killed: ${JSON.stringify(killed.state)}`);
    expect(killed.state.cause).toMatchObject({ kind: 'harm', metric: 'run-errors' });
    expect(killed.state.confirmedCount).toBe(killed.state.connectedCount);
    expect(killed.state.connectedCount).toBeGreaterThanOrEqual(IDLE_SDKS + 2);

    const { items } = await api.decisions(killed.id);
    const kill = items.find((row: { kind: string }) => row.kind === 'kill');
    const confirmedMs = killed.state.atMs - kill.input.summary.newestRecordAtMs;
    console.log(
      `kill of ${HARMFUL}: ${confirmedMs} ms from the batch that decided it to the last of ` +
        `${killed.state.connectedCount} SDKs; ${kill.input.summary.unitCount} units had been exposed`,
    );
    expect(confirmedMs).toBeLessThanOrEqual(KILL_REACHES_ALL_WITHIN_MS);

    for (const process of processes) {
      const treated = await ask(process, HARMFUL);
      expect(treated.every((count: number) => count === 0)).toBe(true);
    }
    if (browser !== undefined) expect(await ask(browser, `client.variation('${HARMFUL}', true)`)).toBe(false);
  });

  test('a healthy rollout climbs to 100 % and stays', async () => {
    const done = await ended(HEALTHY);
    expect(done.state.kind).toBe('succeeded');
    expect(done.treatmentPpm).toBe(1_000_000);
    const { items } = await api.decisions(done.id);
    const kinds = items.map((row: { kind: string }) => row.kind).filter((kind: string) => kind !== 'hold');
    expect(kinds.reverse()).toEqual(['start', 'advance', 'bake', 'succeed']);
    for (const process of processes) {
      await until('every SDK serves treatment to everyone', 5_000, async () =>
        (await ask(process, HEALTHY)).every((count: number) => count === ASKED_UNITS) ? true : undefined,
      );
    }
    if (browser !== undefined) {
      const page = browser;
      await until('the page serves treatment', 5_000, async () =>
        (await ask(page, `client.variation('${HEALTHY}', false)`)) === true ? true : undefined,
      );
    }
  });

  test.skipIf(chromiumPath === undefined)('the page holds no rule of a value flag', async () => {
    if (browser === undefined) throw new Error('no page');
    const snapshot = await fetch(`${server.url}/sdk/v1/snapshot`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.credentials.browserKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ context: { targetingKey: 'page-user' } }),
    });
    const { flags } = (await snapshot.json()) as { flags: { key: string; variations: unknown[]; rules: unknown[] }[] };
    const value = flags.find((flag) => flag.key === HARMFUL);
    expect(value?.variations).toHaveLength(1);
    expect(value?.rules).toEqual([]);
  });

  async function ended(flagKey: string): Promise<RolloutView> {
    const id = rollouts.get(flagKey)?.id ?? '';
    return until(`the rollout of ${flagKey} ends`, 90_000, async () => {
      const view = await api.getRollout(id);
      return view.active ? undefined : view;
    });
  }
});

/** Asks a process how many of the asked units each of its SDKs gives treatment, or a page to evaluate an expression. */
async function ask(whom: ChildProcess | BrowserPage, question: string) {
  if ('page' in whom) {
    return whom.page.evaluate(`(() => { const client = window.tidegate; return ${question}; })()`);
  }
  whom.send({ kind: 'ask', units: ASKED_UNITS });
  const answer = await answerOf(whom, 'treated');
  return answer.byFlag[question];
}

async function answerOf(process: ChildProcess & { output?(): string }, kind: string) {
  for (;;) {
    const [message] = await Promise.race([
      once(process, 'message'),
      once(process, 'exit').then(() => {
        throw new Error(`the process ended: ${process.output?.() ?? ''}`);
      }),
    ]);
    if (message.kind === kind) return message;
  }
}
