import { expect, test } from 'vitest';
import { countByVersion } from './count-by-version.ts';

test('SDKs are counted by version and kind of key, with how many of them are behind', () => {
  const connection = (version: string, keyKind: 'server' | 'browser', appliedRevision: number) => ({
    instance: 'i',
    sdk: { name: 'sdk', version },
    keyKind,
    appliedRevision,
    connectedAtMs: 0,
  });
  const connections = [
    connection('1.0.0', 'browser', 7),
    connection('1.1.0', 'server', 7),
    connection('1.1.0', 'server', 6),
  ];
  expect(countByVersion(connections, 7)).toEqual([
    { name: 'sdk 1.1.0', keyKind: 'server', count: 2, behindCount: 1 },
    { name: 'sdk 1.0.0', keyKind: 'browser', count: 1, behindCount: 0 },
  ]);
});
