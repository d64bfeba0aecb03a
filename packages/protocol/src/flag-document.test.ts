import { describe, expect, test } from 'vitest';
import { flagPatchSchema, flagSettingsSchema, flagViewSchema, newFlagSchema } from './flag-document.ts';

describe('a flag as it is created', () => {
  test('needs only a key', () => {
    expect(newFlagSchema.parse({ key: 'new-checkout' })).toEqual({
      key: 'new-checkout',
      kind: 'boolean',
      description: '',
      tags: [],
      temporary: false,
      enabled: false,
      prerequisites: [],
      targets: [],
      rules: [],
      clientSide: 'off',
    });
  });

  test('may bring its salt, so that a flag which moves here keeps its users; nothing can change it later', () => {
    expect(newFlagSchema.parse({ key: 'a', salt: 'of-another-server' })).toMatchObject({ salt: 'of-another-server' });
    expect(newFlagSchema.safeParse({ key: 'a', salt: '' }).success).toBe(false);
    expect(flagPatchSchema.safeParse({ salt: 'of-another-server' }).success).toBe(false);
  });

  test.each(['revision', 'createdAtMs', 'archived', 'id', 'projectId'])('cannot set %s', (member) => {
    expect(newFlagSchema.safeParse({ key: 'a', [member]: 1 }).success).toBe(false);
  });

  test.each(['', '-a', 'a b', 'a/b', 'é', '__proto__', 'constructor', 'prototype', 'a'.repeat(129)])(
    'cannot be called %j',
    (key) => expect(newFlagSchema.safeParse({ key }).success).toBe(false),
  );

  test.each(['toString', 'hasOwnProperty', '0', 'a.b_c-d', 'A'.repeat(128)])('may be called %j', (key) =>
    expect(newFlagSchema.safeParse({ key }).success).toBe(true),
  );

  test('cannot have a rule with the id that means "no rule matched"', () => {
    const serve = { kind: 'variation', variation: 'on' };
    const rules = [{ id: 'fallthrough', condition: { all: [] }, serve }];
    expect(newFlagSchema.safeParse({ key: 'a', rules }).success).toBe(false);
  });

  test('cannot serve what only a browser is sent', () => {
    const fallthrough = { kind: 'evaluated', variation: 'on', reason: 'STATIC' };
    expect(newFlagSchema.safeParse({ key: 'a', fallthrough }).success).toBe(false);
  });
});

describe('the merge patch of a flag', () => {
  test('takes any member that may be set, with null for its default', () => {
    const patch = { description: null, enabled: true, fallthrough: { variation: 'on' } };
    expect(flagPatchSchema.parse(patch)).toEqual(patch);
  });

  test.each(['key', 'kind', 'salt', 'createdAtMs', 'revision'])('does not take %s', (member) => {
    expect(flagPatchSchema.safeParse({ [member]: 'x' }).success).toBe(false);
  });

  test('has a member for every setting', () => {
    expect(Object.keys(flagPatchSchema.shape).sort()).toEqual(Object.keys(flagSettingsSchema.shape).sort());
  });
});

test('the view of a flag shows every setting', () => {
  expect(Object.keys(flagViewSchema.shape)).toEqual(expect.arrayContaining(Object.keys(flagSettingsSchema.shape)));
});
