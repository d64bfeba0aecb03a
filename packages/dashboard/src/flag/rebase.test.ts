import { expect, test } from 'vitest';
import type { FlagDraft } from './flag-draft.ts';
import { rebase } from './rebase.ts';

// Only settings are looked at, whichever there are.
const draft = (settings: object) => settings as unknown as FlagDraft;
const base = draft({ description: 'a', tags: ['x'], owner: 'ann' });

test('edits go on top of what somebody else saved, and undo nothing of it', () => {
  const mine = draft({ description: 'a', tags: ['x', 'y'], owner: 'ann' });
  const theirs = draft({ description: 'b', tags: ['x'] });
  expect(rebase({ base, mine, theirs })).toEqual({ draft: { description: 'b', tags: ['x', 'y'] }, contested: [] });
});

test('what both changed in two ways is told, and stays as it was typed', () => {
  const mine = draft({ description: 'mine', tags: ['z'], owner: 'ann' });
  const theirs = draft({ description: 'theirs', tags: ['z'], owner: 'ann' });
  expect(rebase({ base, mine, theirs })).toEqual({ draft: mine, contested: ['description'] });
});
