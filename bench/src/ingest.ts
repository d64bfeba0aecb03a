import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { unitHashes } from '@tidegate/evaluation';
import { EVENTS_PATH, PROTOCOL_VERSION } from '@tidegate/protocol';
import { startMeasuredServer } from './server-process.ts';
import { type BenchTable, median } from './table.ts';

const EVENTS_PER_BATCH = 100;
const CONNECTIONS = 16;
const ROUNDS = 5;
const ROUND_MS = 2_000;

/** Acknowledged (durable) events per second, against a bare server that only parses and answers, round by round. */
export async function ingestBench(): Promise<BenchTable> {
  const server = await startMeasuredServer(4291);
  const floor = fork(fileURLToPath(new URL('./ingest-floor.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] });
  const [{ port }] = await once(floor, 'message');
  const contestants = [
    { name: 'bare node:http, parse and answer', url: `http://127.0.0.1:${port}`, key: '', rates: [] as number[] },
    { name: 'Tidegate, durable on SQLite', url: server.url, key: server.serverKey, rates: [] as number[] },
  ];
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const contestant of contestants) {
      const rate = await batchesPerSecond(contestant.url, contestant.key);
      if (round > 0) contestant.rates.push(rate);
    }
  }
  floor.kill();
  await server.stop();
  const ratios = contestants[1]?.rates.map((rate, round) => rate / (contestants[0]?.rates[round] ?? Number.NaN)) ?? [];
  return {
    title: 'Ingest: events acknowledged per second',
    method:
      `${CONNECTIONS} connections from a second process, batches of ${EVENTS_PER_BATCH} events, ${ROUNDS} interleaved ` +
      `rounds of ${ROUND_MS / 1_000} s after a warm-up, medians. Two cores carry sender and server.`,
    rows: contestants.map(({ name, rates }, index) => ({
      server: name,
      'batches/s': Math.round(median(rates)),
      'events/s': Math.round(median(rates) * EVENTS_PER_BATCH),
      'of the bare server': index === 0 ? '1.00' : median(ratios).toFixed(2),
    })),
  };
}

async function batchesPerSecond(url: string, key: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const endAtMs = Date.now() + ROUND_MS;
  let acknowledged = 0;
  const senders = Array.from({ length: CONNECTIONS }, async () => {
    const instance = randomUUID();
    for (let seq = 1; Date.now() < endAtMs; seq += 1) {
      await post({ url, key, agent, body: batchText(instance, seq) });
      acknowledged += 1;
    }
  });
  await Promise.all(senders);
  agent.destroy();
  return (acknowledged / ROUND_MS) * 1_000;
}

function post(options: { url: string; key: string; agent: Agent; body: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request(
      `${options.url}${EVENTS_PATH}`,
      {
        method: 'POST',
        agent: options.agent,
        headers: { authorization: `Bearer ${options.key}`, 'content-type': 'application/json' },
      },
      (response) => {
        response.resume();
        response.once('end', () =>
          response.statusCode === 200 ? resolve() : reject(new Error(`status ${response.statusCode}`)),
        );
      },
    );
    call.once('error', reject);
    call.end(options.body);
  });
}

// Hashing a hundred units costs the sender more than sending them: the columns are made once, only the head changes.
const units = Array.from({ length: EVENTS_PER_BATCH / 2 }, (_, index) => unitHashes(`unit-${index}`));
const index = units.map((_, position) => position);
const column = (value: number) => units.map(() => value);
const columns = JSON.stringify({
  units: { h0: units.map(({ h0 }) => h0), h1: units.map(({ h1 }) => h1) },
  exposures: {
    rolloutIds: ['0f9b2a6c-bench'],
    rollout: column(0),
    epoch: column(1),
    stage: column(0),
    arm: column(0),
    unit: index,
    ageMs: column(12),
  },
  outcomes: { events: ['$duration:bench'], event: column(0), unit: index, value: column(17), ageMs: column(3) },
  counters: { flags: [], variations: [], flag: [], variation: [], count: [] },
  dropped: { exposures: 0, outcomes: 0 },
}).slice(1);

function batchText(instance: string, seq: number): string {
  const sdk = '{"name":"bench","version":"0"}';
  return `{"protocol":${PROTOCOL_VERSION},"instance":"${instance}","seq":${seq},"sentAtMs":${Date.now()},"sdk":${sdk},${columns}`;
}
