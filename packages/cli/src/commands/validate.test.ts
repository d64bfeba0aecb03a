import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { capturedIo } from '../captured-io.ts';
import { runCli } from '../run-cli.ts';

async function validate(files: Record<string, string>, ...argv: string[]) {
  const io = capturedIo({ files });
  return { code: await runCli(['validate', ...argv], io), ...io.written };
}

const sound = '{"flags": {"new-checkout": {"enabled": true}}, "segments": {"staff": {}}}';

describe('validate', () => {
  test('says so when there is nothing wrong', async () => {
    expect(await validate({ 'tidegate.json': sound })).toEqual({
      code: 0,
      stdout: 'tidegate.json: 1 flag, 1 segment, no flaws\n',
      stderr: '',
    });
  });

  test('finds nothing wrong with the example of the documentation', async () => {
    const page = readFileSync(new URL('../../../../docs/flags-as-code.md', import.meta.url), 'utf8');
    const [, example = ''] = /```json\n(.*?)```/s.exec(page) ?? [];
    expect(await validate({ 'tidegate.json': example })).toMatchObject({ code: 0 });
  });

  test('lists every flaw of shape and of meaning, in the order of the text, with line and column', async () => {
    const text = `{
  "flags": {
    "a": { "enabled": "yes", "colour": 1 },
    "b": {
      "prerequisites": [{ "flag": "a", "variations": ["on"] }, { "flag": "ghost", "variations": ["on"] }],
      "fallthrough": { "kind": "variation", "variation": "blue" }
    },
    "b": {
      "rules": [{ "id": "fallthrough", "condition": { "all": [] }, "serve": { "kind": "variation", "variation": "on" } }]
    },
    "c": { "holdout": "nobody" }
  }
}`;
    const { code, stdout } = await validate({ 'flags.json': text }, 'flags.json');
    expect(code).toBe(1);
    expect(stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^flags\.json:3:23 flags\.a\.enabled: Invalid input: expected boolean/),
      'flags.json:3:40 flags.a.colour: there is no such member',
      'flags.json:8:5 flags.b: this member is there twice',
      expect.stringMatching(/^flags\.json:9:25 flags\.b\.rules\[0\]\.id: `fallthrough` is what is served/),
      'flags.json:11:23 flags.c.holdout: there is no segment nobody',
      'flags.json: 5 flaws',
    ]);
  });

  test('does not call a flag missing that is there and only malformed', async () => {
    const text = '{"flags": {"a": {"kind": 1}, "b": {"prerequisites": [{"flag": "a", "variations": ["on"]}]}}}';
    const { stdout } = await validate({ 'tidegate.json': text });
    expect(stdout).toContain('flags.a.kind');
    expect(stdout).not.toContain('there is no flag a');
  });

  test('holds json values to their schema, inside of which places are told', async () => {
    const text = JSON.stringify({
      flags: {
        theme: {
          kind: 'json',
          valueSchema: {
            type: 'object',
            properties: { sizes: { type: 'array', items: { type: 'integer', minimum: 1 } } },
            additionalProperties: false,
          },
          variations: [
            { key: 'small', value: { sizes: [1, 2] } },
            { key: 'large', value: { sizes: [3, 0], colour: 'red' } },
          ],
        },
        odd: { kind: 'json', valueSchema: { type: 'thing' }, variations: [{ key: 'a', value: {} }] },
        slow: { kind: 'json', valueSchema: { pattern: '(?=a)' }, variations: [{ key: 'a', value: {} }] },
      },
    });
    const { code, stdout } = await validate({ 'tidegate.json': text }, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([
      {
        file: 'tidegate.json',
        flaws: [
          {
            path: ['flags', 'theme', 'variations', 1, 'value'],
            detail: 'must NOT have additional properties: colour',
            line: 1,
          },
          { path: ['flags', 'theme', 'variations', 1, 'value', 'sizes', 1], detail: 'must be >= 1' },
          { path: ['flags', 'odd', 'valueSchema'], detail: expect.stringContaining('not a JSON Schema') },
          { path: ['flags', 'slow', 'valueSchema'], detail: expect.stringContaining('not of RE2') },
        ],
      },
    ]);
  });

  test('refuses names that JavaScript gives a meaning, and depths that nothing should follow', async () => {
    const deep = `{"flags": {"a": {"valueSchema": ${'['.repeat(100)}${']'.repeat(100)}}}}`;
    expect((await validate({ 'tidegate.json': '{"flags": {"__proto__": {}, "a b": {}}}' })).stdout).toBe(
      'tidegate.json:1:25 flags.__proto__: no member may be called __proto__\n' +
        'tidegate.json:1:36 flags["a b"]: a key starts with a letter or digit and has at most 128 letters, digits, dots, ' +
        'underscores and hyphens\ntidegate.json: 2 flaws\n',
    );
    expect((await validate({ 'tidegate.json': deep })).stdout).toContain(
      'tidegate.json:1:72 (file): a file nests at most 42 levels',
    );
  });

  test('cannot check what it cannot read, says where, and checks the others all the same', async () => {
    const { code, stdout, stderr } = await validate(
      { 'a.json': '{\n  "flags": {,}\n}', 'b.json': sound },
      'a.json',
      'b.json',
      'c.json',
    );
    expect(code).toBe(2);
    expect(stderr).toContain('a.json:2:13 is not JSON');
    expect(stderr).toContain('c.json cannot be read');
    expect(stdout).toBe('b.json: 1 flag, 1 segment, no flaws\n');
  });
});
