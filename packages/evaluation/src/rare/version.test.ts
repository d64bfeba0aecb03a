import { expect, test } from 'vitest';
import { compareVersions, parseVersion, type Version } from './version.ts';

const version = (text: string): Version => {
  const parsed = parseVersion(text);
  if (parsed === undefined) throw new Error(`${text} is no version`);
  return parsed;
};

test('the versions of semver.org stand in its order', () => {
  const inOrder = [
    '0.0.0-0',
    '0.9.9',
    '1.0.0-1',
    '1.0.0-2',
    '1.0.0-11',
    '1.0.0--',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '1.9.0',
    '1.10.0',
    '1.11.0',
    '2.0.0',
    '2.1.0',
    '2.1.1',
    '10.0.0',
  ].map(version);
  for (const [leftIndex, left] of inOrder.entries()) {
    for (const [rightIndex, right] of inOrder.entries()) {
      expect(Math.sign(compareVersions(left, right))).toBe(Math.sign(leftIndex - rightIndex));
    }
  }
});

test('build metadata and a leading v do not count', () => {
  expect(compareVersions(version('1.2.3+build.7'), version('v1.2.3'))).toBe(0);
  expect(compareVersions(version('1.2.3-rc.1+a'), version('1.2.3-rc.1+b'))).toBe(0);
});

test.each([
  '0.0.4',
  '1.1.2-prerelease+meta',
  '1.0.0-alpha0.valid',
  '1.0.0-alpha.0valid',
  '1.0.0-rc.1+build.123',
  '1.0.0+0.build.1-rc.10000aaa-kk-0.1',
  '1.2.3----RC-SNAPSHOT.12.9.1--.12+788',
  '1.0.0-0A.is.legal',
  '99999999999999999999999.999999999999999999.99999999999999999',
])('%s is a version', (text) => expect(parseVersion(text)).toBeDefined());

test.each([
  '',
  'v',
  '1',
  '1.2',
  '1.2.3.4',
  '1.2.3-',
  '1.2.3+',
  '1.2.3-0123',
  '1.2.3-0123.0123',
  '1.1.2+.123',
  '1.0.0-alpha..1',
  '1.0.0-alpha_beta',
  '01.1.1',
  '1.01.1',
  '1.1.01',
  '1..1',
  '.1.1',
  '1.1.',
  '1.2.3 ',
  ' 1.2.3',
  'V1.2.3',
  'vv1.2.3',
  '-1.2.3',
  '1.2.3.DEV',
  '1.2-SNAPSHOT',
  '1,2,3',
  '１.２.３',
  `1.2.3-${'a'.repeat(300)}`,
])('%j is no version', (text) => expect(parseVersion(text)).toBeUndefined());
