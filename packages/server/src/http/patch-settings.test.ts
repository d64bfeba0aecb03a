import { flagSettingsSchema, segmentSettingsSchema } from '@tidegate/protocol';
import { expect, test } from 'vitest';
import { patchSettings } from './patch-settings.ts';
import { ProblemError } from './problem.ts';

const flag = flagSettingsSchema.parse({
  variations: [{ key: 'off', value: false }],
  offVariation: 'off',
  fallthrough: { kind: 'variation', variation: 'off' },
});
const segment = segmentSettingsSchema.parse({ condition: { all: [] } });
const split = { kind: 'split', ranges: [{ fromPpm: 0, toPpm: 1_000_000, variation: 'off' }] };

function errorsOf(patch: object): unknown {
  try {
    return patchSettings(flagSettingsSchema, flag, patch);
  } catch (error) {
    if (error instanceof ProblemError) return error.details.errors;
    throw error;
  }
}

test('objects merge where that means something', () => {
  const patched = patchSettings(flagSettingsSchema, flag, { fallthrough: { variation: 'on' } });
  expect(patched).toEqual({ ...flag, fallthrough: { kind: 'variation', variation: 'on' } });
});

test('an object of another form replaces the one that is there', () => {
  expect(patchSettings(flagSettingsSchema, flag, { fallthrough: split }).fallthrough).toEqual(split);
  const condition = { not: { segment: 'staff' } };
  expect(patchSettings(segmentSettingsSchema, segment, { condition }).condition).toEqual(condition);
});

test('null brings a default back', () => {
  const described = { ...flag, description: 'old' };
  expect(patchSettings(flagSettingsSchema, described, { description: null })).toEqual(flag);
});

test('a flaw is told as the sender meant the patch', () => {
  expect(errorsOf({ fallthrough: { variation: 7 } })).toMatchObject([{ pointer: '/fallthrough/variation' }]);
  expect(errorsOf({ fallthrough: { ...split, unit: '' } })).toMatchObject([{ pointer: '/fallthrough/unit' }]);
  expect(errorsOf({ variations: null })).toMatchObject([{ pointer: '/variations' }]);
});
