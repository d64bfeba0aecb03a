import { buildFlag, buildSegment } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { CORE_LANGUAGE } from './core-language.ts';
import type { Condition, Flag, Operator, Serve, VendorBucketing } from './flag.ts';
import { speaks } from './speaks.ts';
import { ALL_WORDS } from './words.ts';

const bucketing: VendorBucketing = { algorithm: 'growthbook', seed: 's', hashVersion: 2 };
const vendorSplit: Serve = { kind: 'vendorSplit', bucketing, units: ['id'], ranges: [] };
const leaf = (operator: Operator): Condition => ({ attribute: 'a', operator, values: [] });
const asking = (condition: Condition) =>
  buildFlag({ rules: [{ id: 'r', condition, serve: { kind: 'variation', variation: 'on' } }] });

test.each<Operator>(['equals', 'notIn', 'notContains', 'greaterThanOrEqual', 'exists', 'notExists'])(
  'the core speaks %s',
  (operator) => {
    expect(speaks(CORE_LANGUAGE, [asking(leaf(operator))])).toBe(true);
  },
);

test.each<Operator>(['before', 'notBefore', 'notMatches', 'inCidr', 'semverNotEquals'])(
  'the core does not speak %s, wherever it stands, and all words do',
  (operator) => {
    const documents = [
      asking(leaf(operator)),
      asking({ all: [leaf('equals'), { any: [{ not: leaf(operator) }] }] }),
      buildSegment({ condition: leaf(operator) }),
    ];
    for (const document of documents) {
      expect(speaks(CORE_LANGUAGE, [buildFlag(), document])).toBe(false);
      expect(speaks(ALL_WORDS, [buildFlag(), document])).toBe(true);
    }
  },
);

test('the core speaks no dialect and no vendor’s buckets', () => {
  const documents = [
    asking({ dialect: 'unleash', attribute: 'a', operator: 'IN', values: [] }),
    asking({ bucket: { bucketing, units: ['id'], from: 0, to: 1 } }),
    buildFlag({ fallthrough: vendorSplit }),
    buildFlag({ rules: [{ id: 'r', condition: { all: [] }, serve: vendorSplit }] }),
  ];
  for (const document of documents) expect(speaks(CORE_LANGUAGE, [document])).toBe(false);
});

test('the core speaks buckets, segments and flags of our own', () => {
  const bucket = { salt: 's', fromPpm: 0, toPpm: 1 };
  const condition: Condition = { all: [{ bucket }, { segment: 's' }, { flag: 'f', variations: ['on'] }] };
  expect(speaks(CORE_LANGUAGE, [asking(condition), buildSegment({ condition })])).toBe(true);
});

test('a document that is gone or malformed asks for no other language', () => {
  const malformed = [undefined, 7, {}, { key: 'f', rules: 7 }, { key: 's', included: [], condition: null }];
  // A server of another version, or a disk, can give these.
  expect(speaks(CORE_LANGUAGE, [null, ...(malformed as unknown[] as Flag[])])).toBe(true);
});
