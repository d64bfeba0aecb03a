import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from './find-free-port.ts';
import { findProxy } from './find-proxy.ts';
import { endProxy, startProxy } from './proxy-process.ts';

/** A real HAProxy of its own for one test, on loopback, whose backend `app` has two servers, `old` and `new`. */
export interface TestHaproxy {
  readonly port: number;
  /** Of its runtime API. */
  readonly address: string;
  /** Ends it, as a crash would: weights that were set meanwhile are lost. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Everything goes to `old` until somebody sets a weight. */
export async function startHaproxy(ports: { readonly old: number; readonly new: number }): Promise<TestHaproxy> {
  const program = findProxy('haproxy');
  if (program === undefined) throw new Error('There is no HAProxy here: ask findProxy first.');
  const folder = await mkdtemp(join(tmpdir(), 'tidegate-haproxy-'));
  const [port, runtimePort] = [await findFreePort(), await findFreePort()];
  const address = `127.0.0.1:${runtimePort}`;
  const file = join(folder, 'haproxy.cfg');
  const lines = [
    'global',
    `  stats socket ipv4@${address} level admin`,
    '  maxconn 1000',
    'defaults',
    '  mode http',
    '  timeout connect 5s',
    '  timeout client 30s',
    '  timeout server 30s',
    'frontend all',
    `  bind 127.0.0.1:${port}`,
    '  default_backend app',
    'backend app',
    '  balance roundrobin',
    `  server old 127.0.0.1:${ports.old} weight 100`,
    `  server new 127.0.0.1:${ports.new} weight 0`,
    '',
  ];
  await writeFile(file, lines.join('\n'));
  const start = () => startProxy(program, { args: ['-f', file, '-db'], port });
  let running = await start();
  return {
    port,
    address,
    kill: () => endProxy(running),
    restart: async () => {
      await endProxy(running);
      running = await start();
    },
    stop: async () => {
      await endProxy(running);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
