import { randomUUID } from 'node:crypto';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { positionPpm, seedOf, unitHashes } from '@tidegate/evaluation';
import { EVENTS_PATH, PROTOCOL_VERSION } from '@tidegate/protocol';
import { type MeasuredServer, startMeasuredServer } from './server-process.ts';
import { type BenchTable, median } from './table.ts';

const PORT = 4293;
/** As many are active to the end; those beyond are killed one by one. */
const ROLLOUTS = 100;
const KILLS = 100;
/** From one kill to the next: all of them last longer than the half minute after which a checkpoint is due. */
const KILL_EVERY_MS = 300;
const GUARDS = 5;
const OUTCOMES_PER_SECOND = 5_000;
const OUTCOMES_PER_BATCH = 100;
const TREATMENT_PPM = 500_000;
const UNITS = 2_000;
/** Units of each kill: all of its treatment fails, and none of its control. */
const HARMED_UNITS = 200;
const POLL_MS = 5;
const KILL_WITHIN_MS = 10_000;

const BASE = '/api/v1/projects/default/environments/production';

interface Target {
  readonly id: string;
  readonly seed: number;
}

/** From the acknowledged batch that shows harm to the kill as an operator sees it, while everything else goes on. */
export async function decideBench(): Promise<BenchTable> {
  const server = await startMeasuredServer(PORT);
  try {
    for (let guard = 0; guard < GUARDS; guard += 1) await createMetric(server, guard);
    const targets: Target[] = [];
    for (let index = 0; index < ROLLOUTS + KILLS; index += 1) targets.push(await startRollout(server, index));
    const units = Array.from({ length: UNITS }, (_, index) => unitHashes(`unit-${index}`));
    for (const target of targets)
      await send(server, { instance: randomUUID(), seq: 1, units, exposed: target, outcomes: [] });
    const load = startLoad(server, units);
    await sleep(3_000);
    const beganAtMs = performance.now();
    const cpuBeforeMs = await cpuMsOf(server);
    const latencies: number[] = [];
    for (const [index, target] of targets.slice(0, KILLS).entries()) {
      latencies.push(await killOnce(server, { target, index }));
      await sleep(KILL_EVERY_MS);
    }
    const cpuMs = (await cpuMsOf(server)) - cpuBeforeMs;
    const seconds = (performance.now() - beganAtMs) / 1_000;
    const acknowledged = await load.stop();
    const sorted = latencies.toSorted((one, other) => one - other);
    return {
      title: 'Decide: from an outcome to the kill',
      method:
        `${ROLLOUTS} to ${ROLLOUTS + KILLS} rollouts of ${GUARDS} guards in one environment, ${OUTCOMES_PER_SECOND} outcomes a second offered; ` +
        `${KILLS} times a batch shows harm in one of them. From its acknowledgement to the kill, as seen by asking every ${POLL_MS} ms. ` +
        'A checkpoint falls into it. Two cores carry sender and server; the load is that of the last minute.',
      rows: [
        {
          'load of the machine': Math.round(loadavg()[0] ?? Number.NaN),
          'outcomes/s acknowledged': Math.round(acknowledged),
          'median ms': Math.round(median(latencies)),
          'p99 ms': Math.round(sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN),
          'CPU of the server, ms a second': Math.round(cpuMs / seconds),
          'CPU of the server, ms a 1,000 outcomes': Math.round(cpuMs / ((acknowledged * seconds) / 1_000)),
        },
      ],
    };
  } finally {
    await server.stop();
  }
}

async function createMetric(server: MeasuredServer, guard: number): Promise<void> {
  await call(server, 'POST', `${BASE}/metrics`, { key: `bench-${guard}`, event: `bench-${guard}`, harm: 'up' });
}

async function startRollout(server: MeasuredServer, index: number): Promise<Target> {
  const key = `flag-${index}`;
  const flag = await call(server, 'POST', `${BASE}/flags`, {
    key,
    kind: 'boolean',
    variations: [
      { key: 'off', value: false },
      { key: 'on', value: true },
    ],
    offVariation: 'off',
    fallthrough: { kind: 'variation', variation: 'off' },
  });
  const { id } = await call(server, 'POST', `${BASE}/rollouts`, {
    flagKey: key,
    treatment: 'on',
    control: 'off',
    stages: [TREATMENT_PPM, 1_000_000].map((treatmentPpm) => ({ treatmentPpm, dwellMs: 86_400_000, minUnits: 100 })),
    guards: Array.from({ length: GUARDS }, (_, guard) => ({ metric: `bench-${guard}`, weight: 1 })),
  });
  return { id: String(id), seed: seedOf(String(flag['salt'])) };
}

/** What the server's process has spent so far: unlike the clock, it hardly asks who else is on the machine. */
async function cpuMsOf(server: MeasuredServer): Promise<number> {
  const response = await fetch(`${server.url}/metrics`, {
    headers: { authorization: `Bearer ${server.operatorToken}` },
  });
  const [, seconds] = /^process_cpu_seconds_total ([0-9.e-]+)/m.exec(await response.text()) ?? [];
  if (seconds === undefined) throw new Error('the server does not tell its CPU time');
  return Number(seconds) * 1_000;
}

type Units = readonly { readonly h0: number; readonly h1: number }[];

/** Batches at a steady pace, one in a thousand outcomes of each arm a guard's event. */
function startLoad(server: MeasuredServer, units: Units): { stop(): Promise<number> } {
  let isStopped = false;
  let acknowledged = 0;
  const beganAtMs = Date.now();
  const instance = randomUUID();
  const run = (async () => {
    for (let seq = 1; !isStopped; seq += 1) {
      const from = (seq * 37) % (UNITS - OUTCOMES_PER_BATCH);
      const some = units.slice(from, from + OUTCOMES_PER_BATCH);
      const outcomes = some.map((_, unit) => ({
        unit,
        event: seq % 200 === 0 && unit === 0 ? 'bench-0' : 'page-view',
      }));
      await send(server, { instance, seq, units: some, outcomes });
      acknowledged += OUTCOMES_PER_BATCH;
      const dueAtMs = beganAtMs + (acknowledged / OUTCOMES_PER_SECOND) * 1_000;
      await sleep(Math.max(0, dueAtMs - Date.now()));
    }
  })();
  return {
    async stop() {
      isStopped = true;
      await run;
      return (acknowledged / (Date.now() - beganAtMs)) * 1_000;
    },
  };
}

async function killOnce(server: MeasuredServer, { target, index }: { target: Target; index: number }): Promise<number> {
  const units = Array.from({ length: HARMED_UNITS }, (_, unit) => unitHashes(`harmed-${index}-${unit}`));
  const outcomes = units.flatMap(({ h0 }, unit) =>
    positionPpm(h0, target.seed) < TREATMENT_PPM ? [{ unit, event: 'bench-1' }] : [],
  );
  await send(server, { instance: randomUUID(), seq: 1, units, exposed: target, outcomes });
  const acknowledgedAtMs = performance.now();
  for (;;) {
    const { items } = await call(server, 'GET', `${BASE}/rollouts/${target.id}/decisions?limit=1`);
    const elapsedMs = performance.now() - acknowledgedAtMs;
    // The page of decisions is the server's own, newest first.
    const [last] = items as readonly { readonly kind: string }[];
    if (last?.kind === 'kill' || last?.kind === 'confirm') return elapsedMs;
    if (elapsedMs > KILL_WITHIN_MS) throw new Error(`the rollout ${target.id} was not killed`);
    await sleep(POLL_MS);
  }
}

interface Sent {
  readonly instance: string;
  readonly seq: number;
  readonly units: Units;
  readonly exposed?: Target;
  readonly outcomes: readonly { readonly unit: number; readonly event: string }[];
}

async function send(server: MeasuredServer, { instance, seq, units, exposed, outcomes }: Sent): Promise<void> {
  const all = exposed === undefined ? [] : [...units.keys()];
  const events = [...new Set(outcomes.map(({ event }) => event))];
  const column = (value: number) => all.map(() => value);
  const body = {
    protocol: PROTOCOL_VERSION,
    instance,
    seq,
    sentAtMs: Date.now(),
    sdk: { name: 'bench', version: '0' },
    units: { h0: units.map(({ h0 }) => h0), h1: units.map(({ h1 }) => h1) },
    exposures: {
      rolloutIds: exposed === undefined ? [] : [exposed.id],
      rollout: column(0),
      epoch: column(1),
      stage: column(0),
      arm: all.map((unit) => (positionPpm(units[unit]?.h0 ?? 0, exposed?.seed ?? 0) < TREATMENT_PPM ? 1 : 0)),
      unit: all,
      ageMs: column(2),
    },
    outcomes: {
      events,
      event: outcomes.map(({ event }) => events.indexOf(event)),
      unit: outcomes.map(({ unit }) => unit),
      value: outcomes.map(() => 1),
      ageMs: outcomes.map(() => 1),
    },
    counters: { flags: [], variations: [], flag: [], variation: [], count: [] },
    dropped: { exposures: 0, outcomes: 0 },
  };
  await request(server, { method: 'POST', path: EVENTS_PATH, token: server.serverKey, body });
}

function call(server: MeasuredServer, method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  return request(server, { method, path, token: server.operatorToken, ...(body === undefined ? {} : { body }) });
}

async function request(
  server: MeasuredServer,
  { method, path, token, body }: { method: string; path: string; token: string; body?: object },
): Promise<Record<string, unknown>> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
  return JSON.parse(text);
}
