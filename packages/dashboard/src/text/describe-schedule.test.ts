import { expect, test } from 'vitest';
import { describePatch } from './describe-schedule.ts';

test('a patch is told by what it switches and which settings it changes', () => {
  expect(describePatch({ enabled: true })).toBe('switches it on');
  expect(describePatch({ rules: [], enabled: false, fallthrough: {} })).toBe(
    'switches it off and changes rules, fallthrough',
  );
  expect(describePatch({})).toBe('changes nothing');
});
