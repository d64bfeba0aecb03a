import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startPostgres } from './start-postgres.ts';

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('a killed server comes back under a new process on the same port, and stopping leaves nothing', async () => {
  const postgres = await startPostgres();
  const { pid, url, dataFolder } = postgres;
  expect(isRunning(pid)).toBe(true);

  await postgres.kill9();
  expect(isRunning(pid)).toBe(false);
  await postgres.restart();
  expect(postgres.pid).not.toBe(pid);
  expect(isRunning(postgres.pid)).toBe(true);
  expect(await postgres.createDatabase('after_restart')).toBe(url.replace(/postgres$/, 'after_restart'));

  await postgres.stop();
  expect(isRunning(postgres.pid)).toBe(false);
  expect(existsSync(dataFolder)).toBe(false);
});

test('a server that was killed and not started again can be stopped', async () => {
  const postgres = await startPostgres();
  await postgres.kill9();
  await postgres.stop();
  expect(isRunning(postgres.pid)).toBe(false);
  expect(existsSync(postgres.dataFolder)).toBe(false);
});
