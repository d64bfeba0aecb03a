import { compile, evaluate } from '@tidegate/evaluation';
import { documentsOf } from '@tidegate/flag-file';
import { expect, test } from 'vitest';
import { UnreadableFile } from '../unreadable-file.ts';
import { importLaunchDarkly } from './import-launchdarkly.ts';
import { launchDarklyContext } from './launchdarkly-context.ts';

const flag = (parts: object) => ({
  key: 'f',
  on: true,
  salt: 's',
  variations: [true, false],
  offVariation: 1,
  fallthrough: { variation: 0 },
  ...parts,
});

const clause = (parts: object) => ({ rules: [{ clauses: [{ op: 'in', values: ['x'], ...parts }], variation: 1 }] });

const imported = (parts: object, segments: object = {}) => importLaunchDarkly({ flags: { f: flag(parts) }, segments });

const reasonsOf = (parts: object, segments: object = {}) =>
  imported(parts, segments).report.flags['f']?.reasons.join(' ');

test('the file reads well: a target, a rule and a rollout keep their places and names', () => {
  const { file, report } = imported({
    variations: ['red', 'green'],
    targets: [{ values: ['u1'], variation: 0 }],
    rules: [
      {
        id: 'pro-orgs',
        clauses: [{ contextKind: 'org', attribute: '/plan/name', op: 'startsWith', values: ['pro'], negate: true }],
        variation: 1,
      },
    ],
    fallthrough: {
      rollout: {
        variations: [
          { variation: 0, weight: 30_000 },
          { variation: 1, weight: 70_000 },
        ],
      },
    },
  });
  expect(report.flags['f']).toEqual({ status: 'exact', reasons: [] });
  expect(file.flags['f']).toEqual({
    kind: 'string',
    variations: [
      { key: 'red', value: 'red' },
      { key: 'green', value: 'green' },
    ],
    enabled: true,
    offVariation: 'green',
    prerequisites: [],
    targets: [{ variation: 'red', keys: ['u1'] }],
    rules: [
      {
        id: 'pro-orgs',
        condition: {
          dialect: 'launchdarkly',
          attribute: 'contexts.org.plan.name',
          operator: 'not startsWith',
          values: ['pro'],
        },
        serve: { kind: 'variation', variation: 'green' },
      },
    ],
    fallthrough: {
      kind: 'vendorSplit',
      bucketing: { algorithm: 'launchdarkly', prefix: 'f.s' },
      units: ['targetingKey'],
      ranges: [
        { from: 0, to: 0.3, variation: 'red' },
        { from: 0.3, to: 2, variation: 'green' },
      ],
      onMissingUnit: 'red',
    },
    clientSide: 'off',
  });
});

test('a payload of the service, a file of the file data source and plain values are all read', () => {
  const file = { flags: { f: flag({}) } };
  for (const json of [file, { data: file }, { path: '/', data: { ...file, segments: {} } }]) {
    expect(Object.keys(importLaunchDarkly(json).file.flags)).toEqual(['f']);
  }
  const values = importLaunchDarkly({ flagValues: { on: true, nothing: null, some: { a: 1 } } }).file;
  const rules = compile(documentsOf(values));
  expect(['on', 'nothing', 'some'].map((key) => evaluate(rules, key, {}).value)).toEqual([true, null, { a: 1 }]);
});

test.each([
  ['a list', []],
  ['nothing', null],
  ['features of somebody else', { features: [] }],
  ['flags in a list', { flags: [], segments: {} }],
  ['a flag twice', { flags: { f: flag({}) }, flagValues: { f: true } }],
])('%s is no file', (_, json) => expect(() => importLaunchDarkly(json)).toThrow(UnreadableFile));

test.each([
  ['variations of several kinds', { variations: [true, 'x'] }, 'Its variations are of several kinds: boolean, string.'],
  ['no variations', { variations: [] }, 'It has no variations.'],
  ['a variation that is not there', { fallthrough: { variation: 2 } }, 'It serves variation 2, and has 2.'],
  ['no fallthrough', { fallthrough: null }, 'It is on and has no fallthrough.'],
  ['an empty rollout', { fallthrough: { rollout: { variations: [] } } }, 'A rollout has no variations.'],
  ['another key', { key: 'g' }, 'It stands under the key "f" and says "g".'],
  ['no values', { rules: [{ clauses: [{ op: 'in' }], variation: 1 }] }, 'rules[0].clauses[0].values: expected a list'],
  ['an unknown operator', clause({ attribute: 'a', op: 'resembles' }), 'LaunchDarkly has no operator "resembles"'],
  ['looking ahead', clause({ attribute: 'a', op: 'matches', values: ['a(?=b)'] }), 'not "a(?=b)"'],
  ['no attribute', clause({ attribute: '' }), 'A clause or rollout names no attribute.'],
  ['a broken reference', clause({ attribute: '//', contextKind: 'user' }), '"//" is not a valid reference'],
  ['the private part', clause({ attribute: '_meta' }), '"_meta" is not an attribute that can be asked.'],
  ['a kind of JavaScript', clause({ attribute: 'a', contextKind: 'toString' }), 'means something to JavaScript'],
  ['the empty key', { targets: [{ values: [''], variation: 0 }] }, 'It targets the empty key'],
])('a flag with %s is refused by name', (_, parts, reason) => {
  expect(imported(parts).report.flags['f']?.status).toBe('refused');
  expect(imported(parts).file.flags).toEqual({});
  expect(reasonsOf(parts)).toContain(reason);
});

test('a big segment is refused, and so is every flag that leads to it', () => {
  const asks = (key: string) => clause({ attribute: '', op: 'segmentMatch', values: [key] });
  const segments = {
    big: { key: 'big', unbounded: true, generation: 1 },
    outer: { key: 'outer', rules: [{ clauses: [{ attribute: '', op: 'segmentMatch', values: ['big'] }] }] },
  };
  expect(reasonsOf(asks('outer'), segments)).toBe(
    'It depends on the segment "outer", which is refused: It depends on the segment "big", which is refused: ' +
      'Its members are not in the file: it is a big segment (unbounded), kept in a store of its own.',
  );
  expect(imported(asks('big'), segments).file.segments).toEqual({});
  expect(imported(asks('gone'), segments).report.flags['f']).toEqual({
    status: 'exact',
    reasons: ['The segment "gone" is not in the file: nobody is in it.'],
  });
});

test('flags whose prerequisites lead in a circle are refused, and so is who depends on them', () => {
  const needs = (key: string, other: string) => flag({ key, prerequisites: [{ key: other, variation: 0 }] });
  const { file, report } = importLaunchDarkly({
    flags: { a: needs('a', 'b'), b: needs('b', 'a'), c: needs('c', 'a'), d: needs('d', 'gone'), f: flag({}) },
  });
  expect(Object.keys(file.flags)).toEqual(['d', 'f']);
  expect(report.flags['a']?.reasons).toEqual(['What it depends on leads in a circle back to it.']);
  expect(report.flags['c']?.status).toBe('refused');
  expect(report.flags['d']?.reasons).toEqual([
    'It always serves its off variation: its prerequisite, variation 0 of "gone", is not in the file.',
  ]);
});

test('a deleted flag is not in the file, and a prerequisite on it is never met', () => {
  const { file, report } = importLaunchDarkly({
    flags: {
      gone: { key: 'gone', version: 3, deleted: true },
      f: flag({ prerequisites: [{ key: 'gone', variation: 0 }] }),
    },
  });
  expect(report.flags['gone']?.status).toBe('refused');
  expect(evaluate(compile(documentsOf(file)), 'f', { targetingKey: 'u' }).value).toBe(false);
});

test('without an off variation a flag that is off leaves the caller its default', () => {
  const { file } = imported({ on: false, offVariation: null });
  expect(evaluate(compile(documentsOf(file)), 'f', { targetingKey: 'u' })).toMatchObject({
    value: undefined,
    variation: undefined,
    reason: 'DISABLED',
  });
});

test('a key that only a file can take is told', () => {
  const { file, report } = importLaunchDarkly({ flags: { 'a b': flag({ key: 'a b' }) } });
  expect(Object.keys(file.flags)).toEqual(['a b']);
  expect(report.flags['a b']?.reasons[0]).toContain('A server does not take the key "a b"');
});

test('LaunchDarkly includes before it excludes, and a member of both stays in', () => {
  const segment = { key: 's', included: ['u1'], excluded: ['u1', 'u2'], rules: [{ clauses: [] }] };
  const { file } = imported(clause({ attribute: '', op: 'segmentMatch', values: ['s'] }), { s: segment });
  const rules = compile(documentsOf(file));
  const isIn = (key: string) => evaluate(rules, 'f', launchDarklyContext({ kind: 'user', key })).value === false;
  expect(['u1', 'u2', 'u3'].map(isIn)).toEqual([true, false, true]);
});
