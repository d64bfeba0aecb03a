import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@tidegate/sdk-node';

/**
 * A service as a process: asks its flags for new users at a steady rate, fails for some of those whom it treats, and
 * counts both where Prometheus finds it. It tells Tidegate of no failure: only its metrics do. Ended by its test.
 */
interface Orders {
  readonly url: string;
  readonly key: string;
  readonly name: string;
  /** Where `/metrics` is. */
  readonly port: number;
  readonly visitsPerSecond: number;
  /** `failEvery`: of treated users each so-manieth fails; null for none. */
  readonly flags: readonly { key: string; failEvery: number | null }[];
}

/** No test needs more; a process that lost its parent ends by itself. */
const VISITS_MAX = 200_000;
const TICK_MS = 20;

const orders: Orders = JSON.parse(process.env['ORDERS'] ?? '{}');
const client = createClient({ url: orders.url, key: orders.key, events: { flushIntervalMs: 500 } });

interface Counts {
  requests: number;
  errors: number;
}

/** By flag and variation, from zero on: a counter that begins with its first failure would look like no data before. */
const counts = new Map<string, Counts>(
  orders.flags.flatMap(({ key }) =>
    ['on', 'off'].map((variant) => [`{flag="${key}",variant="${variant}"}`, { requests: 0, errors: 0 }]),
  ),
);
process.on('disconnect', () => process.exit(0));

const metrics = createServer((_request, response) => {
  response.setHeader('content-type', 'text/plain; version=0.0.4');
  const lines = [...counts].flatMap(([labels, { requests, errors }]) => [
    `shop_requests_total${labels} ${requests}`,
    `shop_errors_total${labels} ${errors}`,
  ]);
  response.end(`${lines.join('\n')}\n`);
});
metrics.listen(orders.port, '127.0.0.1');
await client.waitForInitialization({ timeoutMs: 30_000 });
process.send?.({ kind: 'ready' });

let visits = 0;
for (const startedAtMs = Date.now(); visits < VISITS_MAX; await sleep(TICK_MS)) {
  const due = ((Date.now() - startedAtMs) / 1_000) * orders.visitsPerSecond;
  for (; visits < due; visits += 1) visit(`${orders.name}-${visits}`);
}

function visit(targetingKey: string): void {
  for (const { key, failEvery } of orders.flags) {
    const isTreated = client.variation(key, { targetingKey }, false);
    const count = counts.get(`{flag="${key}",variant="${isTreated ? 'on' : 'off'}"}`);
    if (count === undefined) continue;
    count.requests += 1;
    if (isTreated && failEvery !== null && count.requests % failEvery === 0) count.errors += 1;
  }
}
