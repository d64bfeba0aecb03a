import { expect, test } from 'vitest';
import { runServer } from '../../../server/src/running-server.fixture.ts';
import { capturedIo } from '../captured-io.ts';
import { runCli } from '../run-cli.ts';

const CHANNEL = `
kind: alertmanager
address: http://127.0.0.1:9093
on: [killed, rolled-back]
description: pages whoever is on call
`;

test('channels are saved from a file, listed, tested and removed', async () => {
  const server = await runServer();
  const env = { TIDEGATE_URL: server.url, TIDEGATE_TOKEN: server.keys.operatorToken };
  const run = async (...argv: string[]) => {
    const io = capturedIo({ env, files: { 'channel.yaml': CHANNEL } });
    return { code: await runCli(['channels', ...argv], io), ...io.written };
  };
  const saved = await run('save', 'pages', '--file', 'channel.yaml');
  expect(saved).toMatchObject({ code: 0, stdout: 'pages, version 1, says what channel.yaml says.\n' });
  const list = await run('list');
  expect(list.stdout).toMatch(/pages +alertmanager +killed rolled-back +all flags +pages whoever is on call/);
  expect(JSON.parse((await run('show', 'pages')).stdout)).toMatchObject({ kind: 'alertmanager' });
  const tested = await run('test', 'pages');
  expect(tested).toMatchObject({ code: 1, stdout: expect.stringContaining('did not take it (misconfigured)') });
  expect((await run('notices', '--state', 'given-up')).code).toBe(0);
  expect(await run('resend', '7')).toMatchObject({ code: 1, stderr: expect.stringContaining('No notice 7') });
  expect(await run('remove', 'pages')).toMatchObject({ code: 0 });
  expect((await run('list')).stdout).not.toContain('alertmanager');
});
