import { readFileSync } from 'node:fs';
import { flagFileJsonSchema, flagFileSchema } from '@tidegate/protocol';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';

const shipped: unknown = JSON.parse(readFileSync(new URL('../../tidegate.schema.json', import.meta.url), 'utf8'));

test('the schema that is shipped is the one that the server is made of', () => {
  const hint =
    'Write it anew, as a server of this state tells it: curl -s http://127.0.0.1:4280/api/v1/flag-file.schema.json ' +
    '> packages/cli/tidegate.schema.json && npx biome check --write packages/cli/tidegate.schema.json';
  expect(shipped, hint).toEqual(flagFileJsonSchema());
});

const on = { kind: 'variation', variation: 'on' };
const ifSo = (condition: object) => ({ flags: { a: { rules: [{ id: 'r', condition, serve: on }] } } });

describe('an editor that reads the schema', () => {
  const takes = new Ajv2020({ strict: false }).compile(flagFileJsonSchema());

  test.each([
    { flags: {} },
    { $schema: './x.json', environment: 'default/production', revision: 41, flags: { a: {} }, segments: { s: {} } },
    ifSo({ all: [{ segment: 's' }, { not: { attribute: 'a.b', operator: 'exists' } }] }),
    ifSo({ dialect: 'growthbook', attribute: 'a', operator: '$veq', values: ['1.0'] }),
    ifSo({ bucket: { salt: 'x', fromPpm: 0, toPpm: 10 } }),
    ifSo({ flag: 'b', variations: ['on'] }),
    {
      flags: { a: { kind: 'json', variations: [{ key: 'v', value: { deep: [null, { a: 1 }] } }], valueSchema: true } },
    },
    {
      flags: {
        a: {
          description: 'text',
          tags: ['x'],
          owner: 'ann',
          temporary: true,
          expiresAtMs: 1e12,
          layer: { key: 'l', fromPpm: 0, toPpm: 5 },
          holdout: 's',
          targets: [{ variation: '$default', unit: 'org.id', keys: ['u'] }],
          fallthrough: {
            kind: 'vendorSplit',
            bucketing: { algorithm: 'launchdarkly', prefix: 'a.salt' },
            units: ['userId'],
            ranges: [{ from: 0.5, to: 1, variation: 'on' }],
          },
        },
      },
    },
    {
      flags: {},
      history: [
        {
          revision: 3,
          kind: 'flag',
          key: 'a',
          definition: null,
          action: 'archived',
          actor: { kind: 'key', id: 'k', name: 'ann' },
          reason: '',
          atMs: 1,
        },
      ],
    },
  ])('takes what the commands take: %j', (file) => {
    expect(flagFileSchema.safeParse(file).error?.issues).toBeUndefined();
    expect(takes(file), JSON.stringify(takes.errors)).toBe(true);
  });

  test.each([
    {},
    { flags: { 'a b': {} } },
    { flags: { a: { enabled: 1 } } },
    { flags: { a: { colour: 'red' } } },
    ifSo({ attribute: 'a', operator: 1 }),
    ifSo({ all: [], any: [] }),
    ifSo({ bucket: { salt: 'x', fromPpm: 0, toPpm: 1_000_001 } }),
    { flags: { a: { fallthrough: { kind: 'evaluated', variation: 'on' } } } },
    { flags: {}, segments: { s: { condition: { segment: 5 } } } },
  ])('underlines what the commands refuse: %j', (file) => {
    expect(flagFileSchema.safeParse(file).success).toBe(false);
    expect(takes(file)).toBe(false);
  });
});
