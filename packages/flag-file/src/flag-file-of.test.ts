import type { Serve } from '@tidegate/evaluation';
import { buildFlag, buildSegment } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { flagOf } from './documents-of.ts';
import { flagFileOf } from './flag-file-of.ts';

const variations = [
  { key: 'off', value: false },
  { key: 'on', value: true },
];

test('a file says nothing that is so anyway', () => {
  const flag = buildFlag({
    key: 'plain',
    variations,
    enabled: false,
    fallthrough: { kind: 'variation', variation: 'off' },
    salt: 'plain',
  });
  const housekeeping = { description: '', tags: [], temporary: false };
  expect(flagFileOf({ flags: [{ ...flag, ...housekeeping }], segments: [buildSegment({ key: 's' })] })).toEqual({
    flags: { plain: {} },
    segments: { s: {} },
  });
});

test('a cap may leave out of a file what a rule may', () => {
  const ranges = [{ fromPpm: 0, toPpm: 1_000_000, variation: 'off' }];
  const capFor = (condition: object) => ({ kind: 'split', ranges, caps: [{ condition, ranges }] }) as unknown as Serve;
  const brief = capFor({ attribute: 'beta', operator: 'exists' });
  const whole = capFor({ attribute: 'beta', operator: 'exists', values: [] });
  const condition = { any: [] };
  const flag = flagOf('a', { fallthrough: brief, rules: [{ id: 'r', condition, serve: brief }] }, 1);
  expect(flag).toMatchObject({ fallthrough: whole, rules: [{ serve: whole }] });
  expect(flagFileOf({ flags: [flag], segments: [] }).flags['a']).toEqual({
    fallthrough: brief,
    rules: [{ id: 'r', condition, serve: brief }],
  });
});

test('a file says what serves whom before how it is bucketed, by key, and nothing of segments where there are none', () => {
  const exists = { attribute: 'beta', operator: 'exists', values: [] } as const;
  const serve = { kind: 'variation', variation: 'on' } as const;
  const file = flagFileOf({
    environment: 'default/production',
    revision: 41,
    flags: [
      { ...buildFlag({ key: 'b', variations, rules: [{ id: 'r', condition: exists, serve }] }), owner: 'ann' },
      buildFlag({ key: 'a', kind: 'string', variations: [{ key: 'red', value: '#f00' }], offVariation: 'red' }),
    ],
    segments: [],
  });
  expect(JSON.stringify(file)).toBe(
    JSON.stringify({
      environment: 'default/production',
      revision: 41,
      flags: {
        a: {
          kind: 'string',
          variations: [{ key: 'red', value: '#f00' }],
          enabled: true,
          fallthrough: serve,
          salt: 'salt-of-a',
        },
        b: {
          owner: 'ann',
          enabled: true,
          rules: [{ id: 'r', condition: { attribute: 'beta', operator: 'exists' }, serve }],
          fallthrough: serve,
          salt: 'salt-of-b',
        },
      },
    }),
  );
});
