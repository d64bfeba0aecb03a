import { once } from 'node:events';
import { createServer } from 'node:http';
import { PROTOCOL_VERSION } from '@tidegate/protocol';
import { createClient } from '@tidegate/sdk-node';
import { Bench } from 'tinybench';
import { type BenchTable, median } from './table.ts';

const ROUNDS = 9;
const ROUND_MS = 60;
const CONTEXTS = 1_024;

/** Nanoseconds of the whole `client.variation()`: evaluation, type check, counting, and the exposure where there is one. */
export async function variationBench(): Promise<BenchTable> {
  const server = createServer((request, response) => {
    const isSnapshot = request.url?.startsWith('/sdk/v1/snapshot');
    response.writeHead(isSnapshot ? 200 : 404, { 'content-type': 'application/json' });
    response.end(isSnapshot ? JSON.stringify(snapshot) : '{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const logger = { info() {}, warn() {}, error() {} };
  const client = createClient({ url: `http://127.0.0.1:${address.port}`, key: 'tg_srv_bench', logger });
  await client.waitForInitialization({ timeoutMs: 10_000 });

  const tasks = [
    ['off flag', 'off'],
    ['50 % split', 'split'],
    ['five attribute rules, the last matches, 3-way split', 'rules'],
    ['rollout at 50 %, exposure already reported', 'rollout'],
  ] as const;
  const samples = tasks.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, [, key]] of tasks.entries()) samples[index]?.push(await nanosecondsOf(client, key));
  }
  await client.close({ timeoutMs: 0 });
  server.closeAllConnections();
  server.close();
  return {
    title: 'client.variation() in @tidegate/sdk-node',
    method:
      `${CONTEXTS} prebuilt contexts in turn, ${ROUNDS} interleaved rounds of ${ROUND_MS} ms, medians. The whole call: ` +
      'evaluation, check of the default’s type, the counter, and the look whether the exposure was reported.',
    rows: tasks.map(([name], index) => ({ call: name, 'ns (median)': Math.round(median(samples[index] ?? [])) })),
  };
}

async function nanosecondsOf(client: ReturnType<typeof createClient>, key: string): Promise<number> {
  const bench = new Bench({ time: ROUND_MS, warmupTime: ROUND_MS / 2 });
  bench.add(key, () => {
    for (const context of contexts) client.variation(key, context, false);
  });
  const [task] = await bench.run();
  const result = task?.result;
  if (result === undefined || !('latency' in result)) throw new Error(`${key} was not measured`);
  return (result.latency.p50 * 1e6) / CONTEXTS;
}

const contexts = Array.from({ length: CONTEXTS }, (_, n) => ({
  targetingKey: `user-${n}`,
  plan: n % 2 === 0 ? 'pro' : 'free',
  country: ['DE', 'FR', 'US', 'JP'][n % 4] ?? 'DE',
  age: 20 + (n % 50),
  version: `2.${n % 10}.0`,
  email: `user-${n}@example.com`,
}));

const on = { kind: 'variation', variation: 'on' };
const off = { kind: 'variation', variation: 'off' };
const thirds = [
  { fromPpm: 0, toPpm: 333_333, variation: 'on' },
  { fromPpm: 333_333, toPpm: 666_666, variation: 'off' },
  { fromPpm: 666_666, toPpm: 1_000_000, variation: 'on' },
];
const leaf = (attribute: string, operator: string, ...values: unknown[]) => ({ attribute, operator, values });
const flag = (key: string, parts: object) => ({
  key,
  kind: 'boolean',
  variations: [
    { key: 'on', value: true },
    { key: 'off', value: false },
  ],
  enabled: true,
  offVariation: 'off',
  salt: `salt of ${key}`,
  prerequisites: [],
  targets: [],
  rules: [],
  fallthrough: off,
  clientSide: 'off',
  revision: 1,
  ...parts,
});

const snapshot = {
  protocol: PROTOCOL_VERSION,
  environment: 'default/production',
  revision: 1,
  segments: [],
  flags: [
    flag('off', { enabled: false }),
    flag('split', {
      fallthrough: {
        kind: 'split',
        ranges: [
          { fromPpm: 0, toPpm: 500_000, variation: 'on' },
          { fromPpm: 500_000, toPpm: 1_000_000, variation: 'off' },
        ],
      },
    }),
    flag('rules', {
      rules: [
        { id: 'r1', condition: leaf('country', 'in', 'SE', 'NO'), serve: on },
        { id: 'r2', condition: leaf('email', 'endsWith', '@tidegate.example'), serve: on },
        { id: 'r3', condition: leaf('age', 'greaterThan', 90), serve: on },
        { id: 'r4', condition: leaf('version', 'semverGreaterThan', '3.0.0'), serve: on },
        { id: 'r5', condition: leaf('plan', 'in', 'free', 'pro'), serve: { kind: 'split', ranges: thirds } },
      ],
    }),
    flag('rollout', {
      fallthrough: {
        kind: 'rollout',
        rolloutId: 'bench',
        epoch: 1,
        stageIndex: 0,
        treatment: 'on',
        control: 'off',
        treatmentPpm: 500_000,
        unit: 'targetingKey',
      },
    }),
  ],
};
