import { describe, expect, test } from 'vitest';
import { runServer } from '../../../server/src/running-server.fixture.ts';
import { type CapturedIo, capturedIo } from '../captured-io.ts';
import { runCli } from '../run-cli.ts';

const BASE = '/api/v1/projects/default/environments/production';

/** A whole server, and a terminal that talks to it. */
async function workbench() {
  const server = await runServer();
  const env = { TIDEGATE_URL: server.url, TIDEGATE_TOKEN: server.keys.operatorToken };
  let patchCount = 0;
  let race: { readonly count: number; readonly act: () => Promise<unknown> } | undefined;
  const racingFetch: typeof fetch = async (address, init) => {
    if (init?.method === 'PATCH') patchCount += 1;
    if (init?.method === 'PATCH' && patchCount === race?.count) await race.act();
    return fetch(address, init);
  };
  let io = capturedIo({ env, fetch: racingFetch });
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const reply = await fetch(`${server.url}${BASE}${path}`, {
      method,
      headers: { authorization: `Bearer ${env.TIDEGATE_TOKEN}`, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer = await reply.json();
    if (!reply.ok) throw new Error(JSON.stringify(answer));
    return answer;
  };
  return {
    call,
    /** Files stay from one command to the next; what was printed does not. */
    async run(...argv: string[]) {
      io = capturedIo({ env, files: io.files, fetch: racingFetch });
      return { code: await runCli(argv, io), ...io.written };
    },
    /** Somebody else acts just before the patch of that number is sent. */
    beforePatch(count: number, act: () => Promise<unknown>) {
      race = { count, act };
    },
    read: (path = 'tidegate.json') => JSON.parse(textOf(io, path)),
    text: (path = 'tidegate.json') => textOf(io, path),
    async write(file: unknown, path = 'tidegate.json') {
      await io.writeTextFile(path, `${JSON.stringify(file, null, 2)}\n`);
    },
    async edit(change: (file: { flags: Record<string, object>; segments: Record<string, object> }) => void) {
      const file = JSON.parse(textOf(io, 'tidegate.json'));
      file.segments ??= {};
      change(file);
      await io.writeTextFile('tidegate.json', `${JSON.stringify(file, null, 2)}\n`);
    },
  };
}

function textOf(io: CapturedIo, path: string): string {
  const text = io.files[path];
  if (text === undefined) throw new Error(`${path} was not written`);
  return text;
}

const serve = (variation: string) => ({ kind: 'variation', variation });
const asks = (flag: string, ...variations: string[]) => ({ prerequisites: [{ flag, variations }] });

describe('flags as code', () => {
  test('go from a server into a file, and back when the file was edited', async () => {
    const { call, run, read, text, edit } = await workbench();
    await call('POST', '/segments', { key: 'staff', included: ['ada'] });
    await call('POST', '/flags', { key: 'new-checkout', description: 'the new one' });
    await call('POST', '/flags', { key: 'old', enabled: true });

    const pulled = await run('pull');
    expect(pulled).toMatchObject({ code: 0, stdout: expect.stringContaining('2 flags and 1 segment') });
    expect(read()).toMatchObject({
      $schema: './node_modules/@tidegate/cli/tidegate.schema.json',
      environment: 'default/production',
      flags: { 'new-checkout': { description: 'the new one', salt: expect.any(String) }, old: { enabled: true } },
      segments: { staff: { included: ['ada'] } },
    });
    const first = text();
    await run('pull');
    expect(text()).toBe(first);
    expect(await run('diff')).toMatchObject({ code: 0, stdout: expect.stringContaining('is as tidegate.json says') });
    expect(await run('validate')).toMatchObject({ code: 0 });

    await edit(({ flags, segments }) => {
      flags['new-checkout'] = {
        ...flags['new-checkout'],
        ...asks('brand-new', 'on'),
        enabled: true,
        rules: [{ id: 'beta', condition: { segment: 'beta' }, serve: serve('on') }],
      };
      flags['brand-new'] = { enabled: true, fallthrough: serve('on') };
      delete flags['old'];
      segments['beta'] = { condition: { any: [{ segment: 'staff' }, { attribute: 'beta', operator: 'exists' }] } };
      segments['staff'] = { included: ['ada', 'grace'] };
    });
    const diff = await run('diff');
    expect(diff.code).toBe(1);
    expect(diff.stdout.trimEnd().split('\n')).toEqual([
      '~ segment staff',
      '    included  +grace',
      '+ segment beta',
      '    condition  segment staff or beta exists',
      '+ flag brand-new',
      '    enabled  true',
      '    fallthrough  on',
      '~ flag new-checkout',
      '    enabled  false → true',
      '    prerequisites  [] → [{"flag":"brand-new","variations":["on"]}]',
      '    rules.beta  nothing → if segment beta serve on',
      '? flag old: not in the file (apply --prune archives it)',
      'default/production at revision 5 differs from tidegate.json: 4 changes to apply',
    ]);

    const dry = await run('apply', '--dry-run', '--prune');
    expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining('Would apply 5 changes') });
    expect(await run('diff')).toEqual(diff);

    const applied = await run('apply', '--prune', '--reason', 'the release');
    expect(applied).toMatchObject({ code: 0, stderr: '' });
    expect(applied.stdout).toContain('archived flag old (revision 10)\nApplied 5 of 5 changes');
    expect((await call('GET', '/flags/new-checkout/history')).items[0]).toMatchObject({ reason: 'the release' });
    expect(await run('diff')).toMatchObject({ code: 0 });
    expect(await run('apply')).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing to apply') });

    const edited = read();
    await run('pull');
    expect(read()).toEqual({ ...edited, revision: 10 });
  });

  test('keep imported flags as they are, salt, dialects, vendor splits and the default of the caller', async () => {
    const { run, read, write } = await workbench();
    const flags = {
      imported: {
        kind: 'string',
        variations: [
          { key: 'red', value: '#f00' },
          { key: 'blue', value: '#00f' },
        ],
        enabled: true,
        offVariation: '$default',
        rules: [
          {
            id: 'r1',
            condition: {
              all: [
                { dialect: 'launchdarkly', attribute: 'name', operator: 'contains', values: ['a'] },
                { bucket: { salt: 'x', fromPpm: 0, toPpm: 10 } },
              ],
            },
            serve: {
              kind: 'vendorSplit',
              bucketing: { algorithm: 'launchdarkly', prefix: 'imported.salt' },
              units: ['key', 'targetingKey'],
              ranges: [
                { from: 0, to: 0.25, variation: 'red' },
                { from: 0.25, to: 1, variation: 'blue' },
              ],
              onMissingUnit: '$default',
            },
          },
        ],
        fallthrough: serve('red'),
        salt: 'of-the-vendor',
      },
      unsalted: { enabled: true },
    };
    await write({ flags });
    expect(await run('apply')).toMatchObject({ code: 0, stderr: '' });
    await run('pull');
    expect(read().flags).toEqual(flags);
  });

  test('come back from the archive, and change there', async () => {
    const { call, run, edit } = await workbench();
    await call('POST', '/flags', { key: 'a', description: 'old', salt: 'kept' });
    await run('pull');
    await call('POST', '/flags/a/archive', {}, { 'if-match': '"3"' });
    await edit(({ flags }) => {
      flags['a'] = { ...flags['a'], description: 'new' };
    });
    const { code, stdout } = await run('apply');
    expect(code).toBe(0);
    expect(stdout).toContain('+ flag a: it is archived, and comes back\n    description  "old" → "new"');
    expect(await call('GET', '/flags/a')).toMatchObject({ description: 'new', salt: 'kept', archived: false });
  });

  test('rename a variation that another flag asks for', async () => {
    const { call, run, read, write } = await workbench();
    const wordsOf = (...keys: string[]) => keys.map((key) => ({ key, value: key }));
    await write({
      flags: { a: { kind: 'string', variations: wordsOf('x', 'y') }, b: asks('a', 'y') },
    });
    await run('apply');
    await write({ flags: { a: { kind: 'string', variations: wordsOf('x', 'z') }, b: asks('a', 'z') } });
    const { code, stdout, stderr } = await run('apply');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Applied 3 of 3 changes');
    await run('pull');
    expect(read().flags.b).toMatchObject(asks('a', 'z'));
    expect((await call('GET', '/flags/a')).variations).toEqual(wordsOf('x', 'z'));
  });

  test('turn a chain of prerequisites round', async () => {
    const { run, write } = await workbench();
    await write({ flags: { a: asks('b', 'on'), b: asks('c', 'on'), c: {} } });
    await run('apply');
    await write({ flags: { a: {}, b: asks('a', 'on'), c: asks('b', 'on') } });
    expect(await run('apply')).toMatchObject({ code: 0, stderr: '' });
    await write({ flags: {} });
    expect(await run('apply', '--prune')).toMatchObject({ code: 0, stderr: '' });
  });

  test('leave alone what a running rollout owns, and apply the rest', async () => {
    const { call, run, edit, read } = await workbench();
    await call('POST', '/flags', { key: 'new-checkout', enabled: true });
    await run('pull');
    const { id } = await call('POST', '/rollouts', { flagKey: 'new-checkout', treatment: 'on', control: 'off' });
    await edit(({ flags }) => {
      flags['new-checkout'] = { ...flags['new-checkout'], description: 'edited', fallthrough: serve('on') };
    });
    const { code, stdout } = await run('apply');
    expect(code).toBe(0);
    expect(stdout).toContain(`= flag new-checkout fallthrough: owned by rollout ${id}: left alone`);
    expect(stdout).toContain('updated flag new-checkout');
    expect(await run('diff')).toMatchObject({ code: 0, stdout: expect.stringContaining(`owned by rollout ${id}`) });
    expect(await run('apply', '--prune')).toMatchObject({ code: 0 });
    await run('pull');
    expect(read().flags['new-checkout']).toMatchObject({ description: 'edited', enabled: true });
  });

  test('stop where somebody was faster, say what was done, and go on when run again', async () => {
    const { call, run, edit, beforePatch } = await workbench();
    for (const key of ['a', 'b']) await call('POST', '/flags', { key });
    await run('pull');
    await edit(({ flags }) => {
      for (const key of ['a', 'b']) flags[key] = { ...flags[key], enabled: true };
    });
    beforePatch(2, () => call('POST', '/flags/b/toggle', { enabled: true }, { 'if-match': '"4"' }));
    const { code, stderr } = await run('apply');
    expect(code).toBe(1);
    expect(stderr).toContain('It has changed since you read it');
    expect(stderr).toContain('Stopped at "update flag b", step 2 of 2: somebody else has changed it');
    expect(stderr).toContain('Applied before: updated flag a (revision 5).');
    expect(await run('apply')).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing to apply') });
  });

  test('tell what was changed on the server after the pull, and where a file comes from another environment', async () => {
    const { call, run, edit } = await workbench();
    await call('POST', '/flags', { key: 'a', enabled: true });
    await run('pull');
    await call('POST', '/flags/a/toggle', { enabled: false, reason: 'it burns' }, { 'if-match': '"3"' });
    expect((await run('diff')).stdout).toContain(
      '~ flag a (changed on the server at revision 4, after the file was pulled at 3)\n    enabled  false → true',
    );
    await edit((file) => Object.assign(file, { environment: 'default/staging' }));
    const { stdout } = await run('diff');
    expect(stdout).toContain('The file was pulled from default/staging; this is default/production.\n~ flag a\n');
  });

  test('are not applied while anything in them would be refused', async () => {
    const { call, run, write } = await workbench();
    await call('POST', '/flags', { key: 'text', kind: 'string', variations: [{ key: 'x', value: 'x' }] });
    await call('POST', '/segments', { key: 'staff' });
    const before = await call('GET', '/documents');
    await write({
      flags: {
        fine: { rules: [{ id: 'r', condition: { segment: 'staff' }, serve: serve('on') }] },
        text: {},
        lost: asks('nowhere', 'on'),
        bad: { kind: 'json', valueSchema: { type: 'object' }, variations: [{ key: 'v', value: [] }] },
      },
    });
    const { code, stdout } = await run('apply');
    expect(code).toBe(1);
    expect(stdout).toContain('! flag text kind: it is of kind string on the server');
    expect(stdout).toContain('! flag lost prerequisites[0].flag: there is no flag nowhere');
    expect(stdout).toContain('! flag bad variations[0].value: must be object');
    expect(stdout).not.toContain('there is no segment staff');
    expect(await call('GET', '/documents')).toEqual(before);
    expect(await run('validate')).toMatchObject({ code: 1, stdout: expect.stringContaining('no segment staff') });
  });

  test('keep their history, for evaluating as of a revision', async () => {
    const { call, run, read } = await workbench();
    await call('POST', '/flags', { key: 'a' });
    await call('POST', '/flags/a/toggle', { enabled: true }, { 'if-match': '"3"' });
    await call('POST', '/flags/a/archive', { reason: 'done' }, { 'if-match': '"4"' });
    await call('POST', '/flags', { key: 'b' });
    await run('pull', '--with-history');
    expect(read()).toMatchObject({
      revision: 6,
      flags: { b: {} },
      history: [
        { revision: 3, kind: 'flag', key: 'a', action: 'created', definition: { salt: expect.any(String) } },
        { revision: 4, action: 'enabled', definition: { enabled: true } },
        { revision: 5, action: 'archived', reason: 'done', definition: null },
        { revision: 6, key: 'b', actor: { kind: 'key' }, atMs: expect.any(Number) },
      ],
    });
    expect(await run('validate')).toMatchObject({ code: 0 });
  });
});

test('a server that is down makes diff neither "same" nor "different"', async () => {
  const io = capturedIo({
    env: { TIDEGATE_URL: 'http://127.0.0.1:1', TIDEGATE_TOKEN: 't' },
    files: { 'tidegate.json': '{"flags": {}}' },
  });
  expect(await runCli(['diff'], io)).toBe(3);
  expect(await runCli(['apply'], io)).toBe(1);
});
