import { expect, test } from 'vitest';
import { runServer } from '../../../server/src/running-server.fixture.ts';
import { capturedIo } from '../captured-io.ts';
import { runCli } from '../run-cli.ts';

test('the history of a flag tells what each change did, and a flag goes back to what it was', async () => {
  const server = await runServer();
  const env = { TIDEGATE_URL: server.url, TIDEGATE_TOKEN: server.keys.operatorToken };
  const run = async (...argv: string[]) => {
    const io = capturedIo({ env });
    return { code: await runCli(argv, io), ...io.written };
  };
  const flags = (...argv: string[]) => run('flags', ...argv);
  const created = JSON.parse((await flags('create', 'checkout', '--enabled', '--json')).stdout);
  expect((await flags('toggle', 'checkout', 'off', '--reason', 'pager')).code).toBe(0);
  const back = ['restore', 'checkout', '--revision', String(created.revision), '--reason', 'wrong flag'];
  expect(await flags(...back)).toMatchObject({
    code: 0,
    stdout: `checkout is again what it was at revision ${created.revision} (default/production, revision ${created.revision + 2})\n`,
  });
  const [, restored, restoredStep, disabled, disabledStep, last, ...rest] = (
    await flags('history', 'checkout')
  ).stdout.split('\n');
  expect([restored, disabled, last]).toEqual(
    [/restored +wrong flag$/, /disabled +pager$/, /created$/].map((line) => expect.stringMatching(line)),
  );
  expect([restoredStep, disabledStep]).toEqual(['  /enabled: false → true', '  /enabled: true → false']);
  expect(rest).toEqual(['']);
  expect(JSON.parse((await flags('history', 'checkout', '--last', '1', '--json')).stdout)).toHaveLength(1);
  const late = await flags('restore', 'checkout', '--revision', '999');
  expect(late).toMatchObject({ code: 0, stdout: expect.stringContaining('checkout was already what it was') });
  const [, newest] = (await run('changes', '--last', '1')).stdout.split('\n');
  expect(newest).toMatch(/^flag checkout +\d+ .+restored +wrong flag$/);
  expect(await flags('restore', 'other', '--revision', '1')).toMatchObject({ code: 1 });
});
