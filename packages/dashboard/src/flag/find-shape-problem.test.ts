import { expect, test } from 'vitest';
import { findConditionProblem, findServeProblem, findSettingsProblem } from './find-shape-problem.ts';

const settings = {
  ...{ description: '', tags: [], temporary: false, clientSide: 'off' },
  ...{ variations: [{ key: 'on', value: true }], offVariation: 'on', prerequisites: [], targets: [], rules: [] },
  fallthrough: { kind: 'variation', variation: 'on' },
};

test('settings that the page could not show are told with their place', () => {
  expect(findSettingsProblem('boolean', settings)).toBeUndefined();
  expect(findSettingsProblem('boolean', null)).toMatchObject({ pointer: '' });
  expect(findSettingsProblem('boolean', { ...settings, tags: 'x' })).toMatchObject({ pointer: '/tags' });
  expect(findSettingsProblem('boolean', { ...settings, enabled: true })).toMatchObject({ pointer: '/enabled' });
  const rules = [{ id: 'r', condition: { all: [{ not: 7 }] }, serve: settings.fallthrough }];
  expect(findSettingsProblem('boolean', { ...settings, rules })?.pointer).toMatch(/^\/rules\/0\/condition/);
});

test('a condition is held to the flag language, also one that the form has no fields for', () => {
  expect(findConditionProblem({ bucket: { salt: 's', fromPpm: 0, toPpm: 10 } })).toBeUndefined();
  expect(findConditionProblem(null)?.detail).toBeTypeOf('string');
  expect(findConditionProblem({ all: [{ any: 'x' }] })?.pointer).toMatch(/^\/all\/0/);
});

test('what is served is a variation that there is', () => {
  expect(findServeProblem(settings.variations, settings.fallthrough)).toBeUndefined();
  expect(findServeProblem(settings.variations, { kind: 'variation', variation: 'x' })).toMatchObject({
    pointer: '/variation',
  });
});
