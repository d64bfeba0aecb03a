import { expect, test } from 'vitest';
import { UnreadableFile } from '../unreadable-file.ts';
import { launchDarklyContext } from './launchdarkly-context.ts';

test('the attributes of a user are at the top, and its key is the targeting key', () => {
  const context = {
    kind: 'user',
    key: 'u',
    plan: 'pro',
    address: { city: 'Ulm' },
    _meta: { privateAttributes: ['plan'] },
  };
  expect(launchDarklyContext(context)).toEqual({
    kind: ['user'],
    targetingKey: 'u',
    plan: 'pro',
    address: { city: 'Ulm' },
    anonymous: false,
  });
});

test('other kinds are under contexts, alone or beside a user', () => {
  expect(launchDarklyContext({ kind: 'org', key: 'o', anonymous: true })).toEqual({
    kind: ['org'],
    contexts: { org: { key: 'o', anonymous: true } },
  });
  expect(launchDarklyContext({ kind: 'multi', user: { key: 'u' }, 'my.org': { key: 'o', 'a.b': 1 } })).toEqual({
    kind: ['user', 'my.org'],
    targetingKey: 'u',
    anonymous: false,
    contexts: { 'my~1org': { key: 'o', 'a~1b': 1, anonymous: false } },
  });
});

test('a user from before there were kinds has custom attributes, and a key that becomes a text', () => {
  expect(launchDarklyContext({ key: 5, email: 'a@x.com', name: null, custom: { plan: 'pro', email: 'b' } })).toEqual({
    kind: ['user'],
    targetingKey: '5',
    email: 'a@x.com',
    plan: 'pro',
    anonymous: false,
  });
});

test('names that mean something to Tidegate, and dots in names, get out of the way', () => {
  const context = {
    kind: 'user',
    key: 'u',
    targetingKey: 1,
    contexts: 2,
    $now: 3,
    'a.b': 4,
    'c~': 5,
    '': { 'd.e': 6 },
  };
  expect(launchDarklyContext(context)).toEqual({
    kind: ['user'],
    targetingKey: 'u',
    '~targetingKey': 1,
    '~contexts': 2,
    '~$now': 3,
    'a~1b': 4,
    'c~0': 5,
    '~': { 'd~1e': 6 },
    anonymous: false,
  });
});

test.each([
  ['nothing', null],
  ['a text', 'u'],
  ['a user without a key', { email: 'a@x.com' }],
  ['an empty key', { kind: 'user', key: '' }],
  ['a key that is a number', { kind: 'user', key: 5 }],
  ['a kind that is none', { kind: 'a b', key: 'u' }],
  ['the kind kind', { kind: 'kind', key: 'u' }],
  ['no kinds', { kind: 'multi' }],
  ['a kind without a key', { kind: 'multi', user: { key: 'u' }, org: {} }],
  ['a kind that is no context', { kind: 'multi', user: 'u' }],
])('%s is no context', (_, context) => expect(() => launchDarklyContext(context)).toThrow(UnreadableFile));
