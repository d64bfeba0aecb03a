import { expect, test } from 'vitest';
import { runServer } from '../../../server/src/running-server.fixture.ts';
import { capturedIo } from '../captured-io.ts';
import { runCli } from '../run-cli.ts';

const COUNT = 'kind: count\nevent: error-page\nwindowMs: 60000\ndescription: error pages\n';

test('metrics are saved from files, listed, archived and brought back', async () => {
  const server = await runServer();
  const env = { TIDEGATE_URL: server.url, TIDEGATE_TOKEN: server.keys.operatorToken };
  const files = {
    'count.yaml': COUNT,
    'binary.yaml': 'event: error-page\nharm: up\n',
    'wrong.yaml': 'event: error-page\nkind: count\n',
  };
  const metrics = async (argv: string) => {
    const io = capturedIo({ env, files });
    return { code: await runCli(['metrics', ...argv.split(' ')], io), ...io.written };
  };
  const save = async (file: string) => (await metrics(`save pages --file ${file} --reason pager`)).stdout;
  expect(await save('count.yaml')).toMatch(
    /^pages says what count\.yaml says \(default\/production, revision \d+\)\.$/m,
  );
  expect(await save('count.yaml')).toMatch(/^pages said already what count\.yaml says/);
  expect((await metrics('list')).stdout).toMatch(/^pages +count +error-page +up +1m +error pages$/m);
  expect(await save('binary.yaml')).toMatch(/^pages says/);
  expect((await metrics('show pages')).stdout).toContain('"kind": "binary"');
  expect((await metrics('archive pages')).stdout).toBe('pages is archived.\n');
  expect((await metrics('list')).stdout).not.toContain('pages');
  expect(await save('count.yaml')).toMatch(/^pages says/);
  const shown = JSON.parse((await metrics('show pages --json')).stdout);
  expect(shown).toMatchObject({ kind: 'count', windowMs: 60_000, archived: false });
  expect(await metrics('save pages --file wrong.yaml')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('wrong.yaml is no metric: windowMs: '),
  });
  expect((await metrics('show gone')).code).toBe(1);
});
