import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { operatorApi } from './api.ts';
import { freePort, root, startServer } from './processes.ts';

test('a first start that fails because its port is taken locks nobody out', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tidegate-e2e-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => void other.close());
  // A TCP server's address is an object.
  const { port } = other.address() as AddressInfo;
  const failing = spawn(process.execPath, [join(root, 'packages/server/bin/tidegate-server.mjs')], {
    stdio: 'ignore',
    env: { ...process.env, TIDEGATE_DATA_DIR: dataDir, TIDEGATE_PORT: String(port) },
  });
  expect(await once(failing, 'exit')).toEqual([1, null]);

  const server = await startServer({ dataDir, port: await freePort() });
  onTestFinished(() => server.stop().then(() => undefined));
  expect(server.credentials.url).toBe(server.url);
  await operatorApi(server.credentials).createFlag({ key: 'new-checkout' });
});
