import type { Condition, Flag, JsonValue, Segment, Serve } from '@tidegate/evaluation';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { documentsOf } from './documents-of.ts';
import { flagFileOf } from './flag-file-of.ts';

const REVISION = 7;

const key = fc.constantFrom('a', 'b', 'new-checkout', '0', 'constructor', '__proto__');
const text = fc.constantFrom('', 'off', 'on', 'x', 'é"\\');
const variation = fc.constantFrom('off', 'on', '$default');
const unit = fc.constantFrom('targetingKey', 'org.id');

const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ attribute: text, operator: fc.constantFrom('equals', 'exists'), values: fc.array(fc.jsonValue()) }),
  fc.record({
    dialect: fc.constantFrom('launchdarkly', 'flagd'),
    attribute: text,
    operator: text,
    values: fc.array(fc.jsonValue()),
  }),
  fc.record({ segment: key }),
  fc.record({ flag: key, variations: fc.array(variation) }),
) as fc.Arbitrary<Condition>;

const condition = fc.letrec<{ node: Condition }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.record({ all: fc.array(tie('node'), { maxLength: 2 }) }),
    fc.record({ any: fc.array(tie('node'), { maxLength: 2 }) }),
    fc.record({ not: tie('node') }),
  ),
})).node;

const ranges = variation.map((variation) => [{ fromPpm: 0, toPpm: 1_000_000, variation }]);

const serve: fc.Arbitrary<Serve> = fc.oneof(
  fc.record({ kind: fc.constant('variation'), variation }),
  fc.record({ kind: fc.constant('split'), ranges, caps: fc.array(fc.record({ condition, ranges }), { maxLength: 2 }) }),
  fc.record(
    {
      kind: fc.constant('vendorSplit'),
      bucketing: fc.record({ algorithm: fc.constant('launchdarkly'), prefix: text }),
      units: fc.array(unit),
      ranges: fc.array(fc.record({ from: fc.double({ noNaN: true }), to: fc.double({ noNaN: true }), variation })),
      onMissingUnit: variation,
    },
    { requiredKeys: ['kind', 'bucketing', 'units', 'ranges'] },
  ),
) as fc.Arbitrary<Serve>;

const value: fc.Arbitrary<JsonValue> = fc.oneof(fc.boolean(), text, fc.integer(), fc.constant({ deep: [null, 1] }));

// The casts: fast-check takes every field for one that may be undefined, and every constant for its wide type.
const flag = fc.record(
  {
    key,
    kind: fc.constantFrom('boolean', 'string', 'number', 'json'),
    variations: fc.oneof(
      fc.constant([
        { key: 'off', value: false },
        { key: 'on', value: true },
      ]),
      fc.array(fc.record({ key: variation, value }), { minLength: 1, maxLength: 3 }),
    ),
    enabled: fc.boolean(),
    offVariation: variation,
    salt: fc.oneof(text, key),
    prerequisites: fc.array(fc.record({ flag: key, variations: fc.array(variation) }), { maxLength: 2 }),
    targets: fc.array(fc.record({ variation, keys: fc.array(text) }), { maxLength: 2 }),
    holdout: key,
    layer: fc.record({ key, fromPpm: fc.nat(9), toPpm: fc.nat(9) }),
    rules: fc.array(fc.record({ id: text, condition, serve }), { maxLength: 2 }),
    fallthrough: serve,
    clientSide: fc.constantFrom('off', 'value', 'rules'),
    revision: fc.constant(REVISION),
  },
  {
    requiredKeys: [
      ...([
        'key',
        'kind',
        'variations',
        'enabled',
        'offVariation',
        'salt',
        'prerequisites',
        'targets',
        'rules',
      ] as const),
      ...(['fallthrough', 'clientSide', 'revision'] as const),
    ],
  },
) as fc.Arbitrary<Flag>;

const segment = fc.record(
  { key, unit, included: fc.array(text), excluded: fc.array(text), condition, revision: fc.constant(REVISION) },
  { requiredKeys: ['key', 'included', 'excluded', 'condition', 'revision'] },
) as fc.Arbitrary<Segment>;

const byKey = (one: { key: string }, other: { key: string }) => (one.key < other.key ? -1 : 1);
const documents = fc
  .record({
    flags: fc.uniqueArray(flag, { selector: (one) => one.key, maxLength: 4 }),
    segments: fc.uniqueArray(segment, { selector: (one) => one.key, maxLength: 3 }),
  })
  .map(({ flags, segments }) => ({
    revision: REVISION,
    flags: flags.toSorted(byKey),
    segments: segments.toSorted(byKey),
  }));

test('documents that became a file, and the text of one, are the same documents again', () => {
  fc.assert(
    fc.property(documents, (original) => {
      const file = JSON.parse(JSON.stringify(flagFileOf(original)));
      const again = documentsOf(file);
      // A member that looks like a number comes first in any JavaScript object, whatever its place in the file.
      expect({ ...again, flags: again.flags.toSorted(byKey), segments: again.segments.toSorted(byKey) }).toEqual(
        // -0 is 0 in JSON.
        JSON.parse(JSON.stringify(original)),
      );
    }),
    { numRuns: 300 },
  );
});

test('a file that is written again is the same to the byte', () => {
  fc.assert(
    fc.property(documents, (original) => {
      const file = flagFileOf(original);
      const { flags, segments } = documentsOf(file);
      expect(JSON.stringify(flagFileOf({ revision: REVISION, flags, segments }))).toBe(JSON.stringify(file));
    }),
    { numRuns: 100 },
  );
});
