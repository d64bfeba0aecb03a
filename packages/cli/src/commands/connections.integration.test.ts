import type { ConnectionView } from '@tidegate/protocol';
import { startScriptedServer } from '@tidegate/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { capturedIo } from '../captured-io.ts';
import { runCli } from '../run-cli.ts';

const BASE = '/api/v1/projects/default/environments/production';

function buildConnection(instance: string, appliedRevision: number): ConnectionView {
  const sdk = { name: 'tidegate-node', version: '1.2.0' };
  return { instance, sdk, keyKind: 'server', appliedRevision, connectedAtMs: 0 };
}

async function startRun(connections: readonly ConnectionView[]) {
  const server = await startScriptedServer();
  onTestFinished(() => server.close());
  server.on(`GET ${BASE}/changes`, { body: { items: [{ revision: 7 }], next: null } });
  server.on(`GET ${BASE}/connections`, { body: { items: connections, next: null } });
  return async (...argv: string[]) => {
    const io = capturedIo({ env: { TIDEGATE_URL: server.url, TIDEGATE_TOKEN: 'tg_op_test' } });
    return { code: await runCli(['connections', ...argv], io), ...io.written };
  };
}

test('connected SDKs are listed with how far each is behind, the most behind first', async () => {
  const ahead = buildConnection('heard-of-a-newer-change', 8);
  const run = await startRun([buildConnection('up-to-date', 7), buildConnection('late', 4), ahead]);
  const { code, stdout } = await run();
  expect(code).toBe(0);
  const [head, , ...rows] = stdout.trimEnd().split('\n');
  expect(head).toBe('2 of 3 connected SDKs have revision 7, the newest.');
  expect(rows.map((row) => row.split(/ {2,}/).slice(0, 5))).toEqual([
    ['late', 'tidegate-node 1.2.0', 'server', '4', '3'],
    ['up-to-date', 'tidegate-node 1.2.0', 'server', '7', '-'],
    ['heard-of-a-newer-change', 'tidegate-node 1.2.0', 'server', '8', '-'],
  ]);
  expect(JSON.parse((await run('--behind', '--json')).stdout)).toEqual({
    ...{ newestRevision: 7, connectedCount: 3 },
    items: [buildConnection('late', 4)],
  });
});

test('nothing is listed as behind when everybody has the newest revision, or nobody is connected', async () => {
  const run = await startRun([buildConnection('up-to-date', 7)]);
  expect((await run('--behind')).stdout).toBe('1 of 1 connected SDK has revision 7, the newest.\n');
  const runWithNobody = await startRun([]);
  expect((await runWithNobody()).stdout).toBe('No SDK is connected to the node that answered.\n');
});

test('of thousands those are listed that are most behind', async () => {
  const upToDate = Array.from({ length: 1_204 }, (_, index) => buildConnection(`i${index}`, 7));
  const run = await startRun([...upToDate, buildConnection('late', 6)]);
  const lines = (await run()).stdout.trimEnd().split('\n');
  expect(lines[0]).toBe('1 204 of 1 205 connected SDKs have revision 7, the newest.');
  expect(lines[2]).toMatch(/^late /);
  expect([lines.length, lines.at(-1)]).toEqual([103, 'and 1 105 more, which --json tells']);
});
