import { type FlagDocument, flagSchema } from '@tidegate/protocol';
import { buildFlag } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { flagOf } from './flag-of.ts';

test('what only operators want to know of a flag does not travel', () => {
  const { revision, ...flag } = buildFlag();
  const document: Required<Omit<FlagDocument, 'holdout' | 'layer'>> = {
    ...flag,
    description: 'for Ann',
    tags: ['team-a'],
    owner: 'Ann',
    temporary: true,
    expiresAtMs: 5,
    valueSchema: { type: 'boolean' },
    createdAtMs: 5,
  };
  const row = { environment: 'default/production', kind: 'flag', key: flag.key, archived: false } as const;
  const sent = flagOf({ ...row, document, revision: 7, createdAtMs: 5, updatedAtMs: 5 });
  expect(sent).toEqual({ ...flag, revision: 7 });
  expect(flagSchema.parse(sent)).toEqual(sent);
});
