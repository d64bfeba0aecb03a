import { expect, test } from 'vitest';
import { capturedIo } from '../captured-io.ts';
import { runCli } from '../run-cli.ts';

const flags = JSON.stringify({
  flags: {
    checkout: {
      enabled: true,
      salt: 's',
      rules: [
        {
          id: 'pros',
          condition: { attribute: 'plan', operator: 'equals', values: ['pro'] },
          serve: {
            kind: 'split',
            ranges: [
              { fromPpm: 0, toPpm: 500_000, variation: 'on' },
              { fromPpm: 500_000, toPpm: 1_000_000, variation: 'off' },
            ],
          },
        },
        {
          id: 'later',
          condition: { attribute: '$now', operator: 'after', values: ['2030-01-01T00:00:00Z'] },
          serve: { kind: 'variation', variation: 'on' },
        },
      ],
    },
    limits: { kind: 'json', enabled: true, variations: [{ key: 'low', value: { perDay: 3 } }] },
    disabled: { kind: 'string', variations: [{ key: 'a', value: 'a' }], offVariation: '$default' },
  },
});

async function answersTo(lines: readonly string[], ...options: readonly string[]) {
  const io = capturedIo({ files: { 'tidegate.json': flags }, stdin: [`${lines.join('\n')}\n`] });
  const exitCode = await runCli(['eval', '--flags', 'tidegate.json', ...options], io);
  const answers = io.written.stdout.split('\n').filter((line) => line !== '');
  return { exitCode, answers: answers.map((line) => JSON.parse(line)), stderr: io.written.stderr };
}

const asking = (flag: string, type: string, value: unknown, context: unknown) =>
  JSON.stringify({ flag, type, default: value, context });

test('each case is answered with its value and why, in order', async () => {
  const { exitCode, answers } = await answersTo([
    asking('checkout', 'boolean', true, { targetingKey: 'ada', plan: 'pro' }),
    asking('checkout', 'boolean', true, { targetingKey: 'ada' }),
    asking('limits', 'object', null, {}),
    asking('nowhere', 'string', 'mine', {}),
    asking('disabled', 'string', 'mine', {}),
  ]);
  expect(exitCode).toBe(0);
  const nothing = { errorCode: null, ruleId: null, position: null };
  expect(answers).toEqual([
    { ...nothing, value: false, variation: 'off', reason: 'SPLIT', ruleId: 'pros', position: 748_540 },
    { ...nothing, value: false, variation: 'off', reason: 'DEFAULT' },
    { ...nothing, value: { perDay: 3 }, variation: 'low', reason: 'STATIC' },
    { ...nothing, value: 'mine', variation: null, reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND' },
    { ...nothing, value: 'mine', variation: null, reason: 'DISABLED' },
  ]);
});

test('asking for another type gives the default and TYPE_MISMATCH', async () => {
  const { answers } = await answersTo([asking('checkout', 'string', 'mine', { targetingKey: 'ada' })]);
  expect(answers).toMatchObject([{ value: 'mine', variation: null, reason: 'ERROR', errorCode: 'TYPE_MISMATCH' }]);
});

test("what is no context to the vendor gets the caller's default, as it does there", async () => {
  const nobody = asking('checkout', 'boolean', true, { kind: 'user', key: '' });
  const { exitCode, answers } = await answersTo([nobody], '--context-form', 'launchdarkly');
  expect(exitCode).toBe(0);
  expect(answers[0]).toMatchObject({ value: true, variation: null, reason: 'ERROR', errorCode: 'INVALID_CONTEXT' });
});

test('rules take the given instant for now', async () => {
  const line = asking('checkout', 'boolean', false, { targetingKey: 'ada' });
  expect((await answersTo([line], '--at', '2029-12-31T23:59:59Z')).answers[0].value).toBe(false);
  expect((await answersTo([line], '--at', '2030-01-01T00:00:01Z')).answers[0].value).toBe(true);
});

test('a line that is no case is answered in its place, and told at the end', async () => {
  const { exitCode, answers, stderr } = await answersTo([
    '{"flag":',
    asking('checkout', 'yes or no', false, {}),
    asking('limits', 'object', null, {}),
  ]);
  expect(exitCode).toBe(1);
  expect(answers).toMatchObject([
    { errorCode: 'PARSE_ERROR', errorMessage: expect.stringContaining('line 1') },
    { errorCode: 'PARSE_ERROR', errorMessage: expect.stringContaining('line 2: type: expected boolean') },
    { value: { perDay: 3 } },
  ]);
  expect(stderr).toContain('2 of 3 lines');
});

test('lines may come in pieces of any length, the last without its end', async () => {
  const text = `${asking('limits', 'object', 1, {})}\n${asking('limits', 'object', 2, {})}`;
  const io = capturedIo({ files: { 'tidegate.json': flags }, stdin: [...text] });
  await runCli(['eval', '--flags', 'tidegate.json'], io);
  expect(io.written.stdout.split('\n')).toHaveLength(3);
});

test('a file that cannot be read ends with 2, and says which', async () => {
  const io = capturedIo({ files: { 'broken.json': '{"flags":[]}' } });
  expect(await runCli(['eval', '--flags', 'broken.json'], io)).toBe(2);
  expect(io.written.stderr).toContain('broken.json');
  expect(await runCli(['eval', '--flags', 'nowhere.json'], io)).toBe(2);
});

test('flags are taken as they were at a revision that the history of the file knows', async () => {
  const change = (revision: number, enabled: boolean) => ({
    revision,
    kind: 'flag',
    key: 'checkout',
    definition: { enabled, fallthrough: { kind: 'variation', variation: 'on' } },
    actor: { kind: 'system', id: 'test' },
    reason: '',
    atMs: revision * 1_000,
  });
  const file = JSON.stringify({ revision: 2, flags: {}, history: [change(1, false), change(2, true)] });
  const asked = async (revision: string) => {
    const stdin = [asking('checkout', 'boolean', false, {})];
    const io = capturedIo({ files: { 'tidegate.json': file }, stdin });
    return { exitCode: await runCli(['eval', '--flags', 'tidegate.json', '--as-of', revision], io), ...io.written };
  };
  expect((await asked('1')).stdout).toContain('"reason":"DISABLED"');
  expect((await asked('2')).stdout).toContain('"value":true');
  expect(await asked('3')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('revision 3') });
});

test('a byte order mark before the file or the first case is nothing', async () => {
  const stdin = [`\uFEFF${asking('limits', 'object', 1, {})}\n`];
  const io = capturedIo({ files: { 'tidegate.json': `\uFEFF${flags}` }, stdin });
  expect(await runCli(['eval', '--flags', 'tidegate.json'], io)).toBe(0);
  expect(io.written.stdout).toContain('{"perDay":3}');
});
