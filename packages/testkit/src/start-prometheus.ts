import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findFreePort } from './find-free-port.ts';

/** A real Prometheus of its own for one test file, on loopback, which scrapes what the test names. */
export interface TestPrometheus {
  readonly url: string;
  /** Ends it, as a crash of its machine would: its data stays. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data. */
  restart(): Promise<void>;
  /** Ends it, if it runs, and removes its folder. */
  stop(): Promise<void>;
}

export interface StartPrometheusOptions {
  /** `host:port` of what has `/metrics`. */
  readonly targets: readonly string[];
}

const SCRAPE_MS = 200;
/** On a busy machine it reads its empty database for seconds. */
const READY_POLLS = 300;
const READY_POLL_MS = 100;

const places = [
  process.env['TIDEGATE_PROMETHEUS'],
  '/usr/bin/prometheus',
  // Where `tools/prometheus.mjs` unpacks it.
  fileURLToPath(new URL('../../../.tmp/prometheus/usr/bin/prometheus', import.meta.url)),
];

/** Where Prometheus is; undefined when this machine has none. */
export function findPrometheus(): string | undefined {
  return places.find((place) => place !== undefined && existsSync(place));
}

export async function startPrometheus({ targets }: StartPrometheusOptions): Promise<TestPrometheus> {
  const binary = findPrometheus();
  if (binary === undefined) throw new Error('There is no Prometheus here: ask findPrometheus first.');
  const folder = await mkdtemp(join(tmpdir(), 'tidegate-prometheus-'));
  const configFile = join(folder, 'prometheus.yml');
  // YAML takes JSON.
  const scrape = {
    global: { scrape_interval: `${SCRAPE_MS}ms` },
    scrape_configs: [{ job_name: 'demo', static_configs: [{ targets }] }],
  };
  await writeFile(configFile, JSON.stringify(scrape));
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const args = [
    `--config.file=${configFile}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=error',
  ];
  let running = await start(binary, args, url);
  return {
    url,
    kill: () => end(running),
    restart: async () => {
      await end(running);
      running = await start(binary, args, url);
    },
    stop: async () => {
      await end(running);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function start(binary: string, args: readonly string[], url: string): Promise<ChildProcess> {
  const child = spawn(binary, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr?.on('data', (text: Buffer) => {
    said = `${said}${text}`.slice(-2_000);
  });
  child.on('error', (error) => {
    said = `${said}${error.message}`;
  });
  for (let poll = 0; poll < READY_POLLS && child.exitCode === null; poll += 1) {
    const ready = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (ready?.ok === true) return child;
    await delay(READY_POLL_MS);
  }
  await end(child);
  throw new Error(`Prometheus did not start. Its last words: ${said}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}
