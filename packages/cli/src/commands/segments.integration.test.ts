import { problemReply, startScriptedServer } from '@tidegate/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { runServer } from '../../../server/src/running-server.fixture.ts';
import { capturedIo } from '../captured-io.ts';
import { runCli } from '../run-cli.ts';

const BASE = '/api/v1/projects/default/environments/production';

test('units join and leave a segment, and list, show and history tell it', async () => {
  const server = await runServer();
  const env = { TIDEGATE_URL: server.url, TIDEGATE_TOKEN: server.keys.operatorToken };
  const created = await fetch(`${server.url}${BASE}/segments`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.keys.operatorToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ key: 'beta', description: 'who asked', excluded: ['eve'] }),
  });
  expect(created.status).toBe(201);
  const segments = async (argv: string, stdin: readonly string[] = []) => {
    const io = capturedIo({ env, stdin });
    return { code: await runCli(['segments', ...argv.split(' ')], io), ...io.written };
  };
  expect(await segments('add-members beta ada bob ada --reason asked')).toEqual({
    ...{ code: 0, stderr: '' },
    stdout: expect.stringMatching(/^beta lists 2 units now \(revision \d+\)\.\n$/),
  });
  expect((await segments('add-members beta --file -', ['cy\r\n\n', 'da', 'n\n'])).stdout).toContain('4 units');
  expect(JSON.parse((await segments('remove-members beta bob --json')).stdout)).toMatchObject({ includedCount: 3 });
  expect((await segments('list')).stdout).toMatch(/^beta +3 +1 +\d+ .+ who asked$/m);
  expect((await segments('show beta')).stdout).toMatch(
    /not in it {4}1 unit by targetingKey: eve\nin it {8}3 units by targetingKey: ada, cy, dan\nin it where {2}nobody\n/,
  );
  const history = (await segments('history beta')).stdout;
  expect(history.match(/updated|created/g)).toEqual(['updated', 'updated', 'updated', 'created']);
  expect(history).toMatch(/updated +asked\n/);
  for (const wrong of ['add-members beta', 'add-members beta ada --file -', 'add-members beta --file -']) {
    expect((await segments(wrong, ['\n'])).code).toBe(2);
  }
  expect(await segments('add-members gone ada')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^Stopped with none of 1 unit added\.\n.*not-found/s),
  });
});

test('many units are sent in parts, and where that stops is told', async () => {
  const server = await startScriptedServer();
  onTestFinished(() => server.close());
  const units = Array.from({ length: 25_000 }, (_, index) => `unit-${index}`);
  const members = `POST ${BASE}/segments/beta/members`;
  const run = async () => {
    const env = { TIDEGATE_URL: server.url, TIDEGATE_TOKEN: 'tg_op_test' };
    const io = capturedIo({ env, files: { 'units.txt': units.join('\n') } });
    return { code: await runCli(['segments', 'add-members', 'beta', '--file', 'units.txt'], io), ...io.written };
  };
  const sizes = [10_000, 20_000, 25_000].map((includedCount) => ({
    body: { key: 'beta', revision: 1, includedCount },
  }));
  server.on(members, ...sizes);
  expect(await run()).toEqual({
    code: 0,
    stdout: 'beta lists 25 000 units now (revision 1).\n',
    stderr: '10 000 of 25 000 units added\n20 000 of 25 000 units added\n25 000 of 25 000 units added\n',
  });
  expect(server.seen.flatMap(({ body }) => body).flatMap((body) => (body as { add: string[] }).add)).toEqual(units);

  server.on(members, ...sizes.slice(0, 1), problemReply(409, 'archived', 'beta is archived'));
  const stopped = await run();
  expect(stopped.code).toBe(1);
  expect(stopped.stderr).toContain('\nStopped with the first 10 000 of 25 000 units added.\n');
  expect(stopped.stderr).toContain('archived');

  server.on(members, ...sizes.slice(0, 2), problemReply(503, 'unavailable', 'the database does not answer'));
  const unknown = 'the first 20 000 of 25 000 units added; whether the next 5 000 are is not known.\n';
  expect((await run()).stderr).toContain(unknown);
});
