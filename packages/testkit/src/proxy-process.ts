import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProxyProgram } from './find-proxy.ts';

/** On a busy machine a proxy reads its configuration for a while. */
const READY_POLLS = 200;
const READY_POLL_MS = 50;

/** Starts a proxy in the foreground, and waits until it listens. */
export async function startProxy(
  { binary, environment }: ProxyProgram,
  { args, port }: { readonly args: readonly string[]; readonly port: number },
): Promise<ChildProcess> {
  const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => {
      said = `${said}${text}`.slice(-2_000);
    });
  }
  child.on('error', (error) => {
    said = `${said}${error.message}`;
  });
  for (let poll = 0; poll < READY_POLLS && child.exitCode === null; poll += 1) {
    if (await answers(port)) return child;
    await delay(READY_POLL_MS);
  }
  await endProxy(child);
  throw new Error(`${binary} did not start. Its last words: ${said}`);
}

/** Ends it, if it runs. SIGKILL leaves the workers of nginx behind, which SIGTERM ends too. */
export async function endProxy(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await ended;
}

function answers(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const socket = connect({ host: '127.0.0.1', port });
    const settle = (isThere: boolean): void => {
      socket.destroy();
      answer(isThere);
    };
    socket.on('connect', () => settle(true));
    socket.on('error', () => settle(false));
  });
}
