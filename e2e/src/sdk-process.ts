import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@tidegate/sdk-node';

/**
 * An application as a process: runs each flag for new users at a steady rate, and tells on request what
 * `variation()` gives. Driven and ended by the test that started it.
 */
interface Orders {
  readonly url: string;
  readonly key: string;
  readonly name: string;
  readonly visitsPerSecond: number;
  readonly flags: readonly { key: string; controlFailure: number; treatmentFailure: number }[];
  /** SDK instances in this process; only the first has traffic. */
  readonly instances: number;
}

/** No test needs more; a process that lost its parent ends by itself. */
const VISITS_MAX = 200_000;
const TICK_MS = 20;

const orders: Orders = JSON.parse(process.env['ORDERS'] ?? '{}');
const clients = Array.from({ length: orders.instances }, () =>
  createClient({ url: orders.url, key: orders.key, events: { flushIntervalMs: 500 } }),
);
await Promise.all(clients.map((client) => client.waitForInitialization({ timeoutMs: 30_000 })));
process.send?.({ kind: 'ready' });

let stopping = false;
process.on('message', async (message: { kind: 'ask'; units: number } | { kind: 'stop' }) => {
  if (message.kind === 'stop') {
    stopping = true;
    await Promise.all(clients.map((client) => client.close({ timeoutMs: 5_000 })));
    process.exit(0);
  }
  const treated = orders.flags.map(({ key }) => clients.map((client) => countTreated(client, key, message.units)));
  process.send?.({ kind: 'treated', byFlag: Object.fromEntries(orders.flags.map(({ key }, i) => [key, treated[i]])) });
});
process.on('disconnect', () => process.exit(0));

const [visited] = clients;
let visits = 0;
for (let startedAtMs = Date.now(); !stopping && visits < VISITS_MAX; await sleep(TICK_MS)) {
  const due = ((Date.now() - startedAtMs) / 1_000) * orders.visitsPerSecond;
  for (; visited !== undefined && visits < due; visits += 1) visit(visited, `${orders.name}-${visits}`);
}

function visit(client: (typeof clients)[number], userId: string): void {
  for (const flag of orders.flags) {
    try {
      client.run(
        flag.key,
        { targetingKey: userId },
        { control: () => work(flag.controlFailure), treatment: () => work(flag.treatmentFailure) },
      );
    } catch {
      // The application's own failure, which `run` has reported.
    }
  }
}

function work(failure: number): void {
  if (Math.random() < failure) throw new Error('the work failed');
}

function countTreated(client: (typeof clients)[number], key: string, units: number): number {
  let treated = 0;
  for (let n = 0; n < units; n += 1) if (client.variation(key, { targetingKey: `asked-${n}` }, false)) treated += 1;
  return treated;
}
