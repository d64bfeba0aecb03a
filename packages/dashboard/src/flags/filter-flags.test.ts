import { expect, test } from 'vitest';
import { type FlagFilter, filterFlags, tagsOf } from './filter-flags.ts';

const flag = (key: string, more: object = {}) => ({
  key,
  description: '',
  tags: [] as string[],
  enabled: false,
  rules: [],
  fallthrough: { kind: 'variation', variation: 'off' } as const,
  ...more,
});
const flags = [
  flag('new-checkout', { tags: ['shop'], enabled: true, description: 'The new page' }),
  flag('new-search', { tags: ['shop', 'beta'], owner: 'Ada' }),
  flag('old-thing'),
];
const found = (filter: Partial<FlagFilter>, stale: readonly string[] = []) =>
  filterFlags(flags, { search: '', tag: '', state: 'all', ...filter }, new Set(stale)).map(({ key }) => key);

test('every word of a search must be somewhere: key, description, owner or tag', () => {
  expect(found({ search: 'NEW page' })).toEqual(['new-checkout']);
  expect(found({ search: 'ada' })).toEqual(['new-search']);
  expect(found({ search: 'new ada page' })).toEqual([]);
});

test('a tag and a state narrow further', () => {
  expect(found({ tag: 'shop' })).toEqual(['new-checkout', 'new-search']);
  expect(found({ tag: 'shop', state: 'off' })).toEqual(['new-search']);
  expect(found({ state: 'stale' }, ['old-thing'])).toEqual(['old-thing']);
});

test('tags are offered once each, in order', () => {
  expect(tagsOf(flags)).toEqual(['beta', 'shop']);
});
