import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type MeasuredServer, startMeasuredServer } from './server-process.ts';
import { type BenchTable, median } from './table.ts';

const CLIENTS = [100, 1_000];
const ROUNDS = 11;
const FLAGS = '/api/v1/projects/default/environments/production/flags';

/** From the operator's request leaving to the last of N connected SDKs holding the change. */
export async function fanOutBench(): Promise<BenchTable> {
  const rows: Record<string, string | number>[] = [];
  for (const count of CLIENTS) {
    const server = await startMeasuredServer(4292);
    await call(server, 'POST', FLAGS, { key: 'bench' });
    const clients = fork(fileURLToPath(new URL('./fan-out-clients.ts', import.meta.url)), {
      execArgv: ['--import', 'tsx', '--conditions=@tidegate/source'],
      env: { ...process.env, URL: server.url, KEY: server.serverKey, COUNT: String(count) },
    });
    await once(clients, 'message');
    const first: number[] = [];
    const last: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const received = once(clients, 'message');
      const { etag } = await call(server, 'GET', `${FLAGS}/bench`);
      const sentAtMs = Date.now();
      await call(server, 'POST', `${FLAGS}/bench/toggle`, { enabled: round % 2 === 0 }, etag);
      const [{ firstAtMs, lastAtMs }] = await received;
      first.push(firstAtMs - sentAtMs);
      last.push(lastAtMs - sentAtMs);
      await sleep(100);
    }
    clients.kill();
    await server.stop();
    rows.push({
      'connected SDKs': count,
      'first, ms (median)': median(first),
      'last, ms (median)': median(last),
      'last, ms (worst)': Math.max(...last),
    });
  }
  return {
    title: 'Fan-out: a flag change to every connected SDK',
    method: `REST toggle sent → delta received, ${ROUNDS} rounds; the clients are bare sockets in one other process.`,
    rows,
  };
}

async function call(server: MeasuredServer, method: string, path: string, body?: unknown, etag?: string) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${server.operatorToken}`,
      'content-type': 'application/json',
      ...(etag === undefined ? {} : { 'if-match': etag }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  await response.arrayBuffer();
  return { etag: response.headers.get('etag') ?? '' };
}
