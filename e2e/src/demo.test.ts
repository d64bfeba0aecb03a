import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './processes.ts';

const DEMO_ENDS_WITHIN_MS = 115_000;

test('npm run demo shows a healthy flag climb to 100 % and a harmful one die, in under two minutes', async () => {
  const demo = spawn(process.execPath, [join(root, 'tools/demo.mjs'), '--once'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TIDEGATE_PORT: '0' },
    timeout: DEMO_ENDS_WITHIN_MS,
  });
  const story: string[] = [];
  for (const stream of [demo.stdout, demo.stderr]) stream.on('data', (chunk: Buffer) => story.push(chunk.toString()));
  const [code] = await once(demo, 'exit');
  const told = story.join('');
  console.log(told);
  expect(code, told).toBe(0);
  expect(told).toMatch(/new-search\s+KILLED/);
  expect(told).toMatch(/new-checkout\s+SUCCEEDED/);
});
