import type { Condition, Context, Flag, Rule, RulesDocuments, Segment, Serve, Variation } from '@tidegate/evaluation';
import { buildFlag, buildSegment, seededRandom } from '@tidegate/testkit';

/** The flags and contexts that evaluation is measured with. */
const CONTEXT_COUNT = 1_024;
export const MANY_FLAGS = 1_000;
const SEGMENT_KEYS = 10_000;

const random = seededRandom(42);
const userKeys = (count: number) => Array.from({ length: count }, () => `user-${random.int(0, 2 ** 48).toString(16)}`);

const betaKeys = userKeys(100);
const segmentKeys = userKeys(SEGMENT_KEYS);
const elsewhere = ['DE', 'FR', 'ES', 'IT', 'PL', 'SE', 'NO', 'DK', 'FI', 'PT'];

export const people = contextsOf(userKeys(CONTEXT_COUNT));
export const betaPeople = contextsOf(Array.from({ length: CONTEXT_COUNT }, (_, index) => betaKeys[index % 100] ?? ''));
/** Every other one is in the segment. */
export const halfInSegment = contextsOf(
  userKeys(CONTEXT_COUNT).map((key, index) => (index % 2 === 0 ? key : (segmentKeys[index * 7] ?? ''))),
);

const half: Serve = {
  kind: 'split',
  ranges: [
    { fromPpm: 0, toPpm: 500_000, variation: 'on' },
    { fromPpm: 500_000, toPpm: 1_000_000, variation: 'off' },
  ],
};
const thirds: Serve = {
  kind: 'split',
  ranges: [
    { fromPpm: 0, toPpm: 330_000, variation: 'A' },
    { fromPpm: 330_000, toPpm: 660_000, variation: 'B' },
    { fromPpm: 660_000, toPpm: 1_000_000, variation: 'C' },
  ],
};
const rollout: Serve = {
  kind: 'rollout',
  rolloutId: 'r-1',
  epoch: 1,
  stageIndex: 2,
  treatment: 'on',
  control: 'off',
  treatmentPpm: 250_000,
};

/** One flag per question. */
export const scenarios: RulesDocuments = asIfReceived({
  revision: 1,
  flags: [
    buildFlag({ key: 'off', enabled: false }),
    buildFlag({ key: 'on' }),
    buildFlag({ key: 'split', fallthrough: half }),
    buildFlag({ key: 'rollout', fallthrough: rollout }),
    fiveRules('five-rules', betaKeys),
    buildFlag({
      key: 'segment',
      rules: [{ id: 'r', condition: { segment: 'big' }, serve: { kind: 'variation', variation: 'off' } }],
    }),
    buildFlag({ key: 'prerequisite', prerequisites: [{ flag: 'on', variations: ['on'] }] }),
  ],
  segments: [buildSegment({ key: 'big', included: segmentKeys })] satisfies Segment[],
});

/** 20 % off, 30 % on, 30 % split, 20 % with five rules. */
export const mixed: RulesDocuments = asIfReceived({
  revision: 1,
  flags: Array.from({ length: MANY_FLAGS }, (_, index): Flag => {
    const key = `flag-${index}`;
    const kind = index % 10;
    if (kind < 2) return buildFlag({ key, enabled: false });
    if (kind < 5) return buildFlag({ key });
    return kind < 8 ? buildFlag({ key, fallthrough: half }) : fiveRules(key, betaKeys.slice(0, 10));
  }),
  segments: [],
});

/** A thousand flags of five rules, each with its own list of ten ids, as JSON. */
export const heavyText: string = JSON.stringify({
  revision: 1,
  flags: Array.from({ length: MANY_FLAGS }, (_, index) => fiveRules(`flag-${index}`, userKeys(10))),
  segments: [],
});

/** Four rules that match nobody here, and one for a list of keys that splits three ways. */
function fiveRules(key: string, keys: readonly string[]): Flag {
  const rule = (id: string, condition: Condition, variation: string): Rule => ({
    id,
    condition,
    serve: { kind: 'variation', variation },
  });
  const countries = ['US', 'CA', 'GB', 'AU', 'NZ', 'IE', 'ZA', 'IN', 'SG', 'PH'];
  const variations: Variation[] = ['A', 'B', 'C', 'none'].map((value) => ({ key: value, value }));
  return buildFlag({
    key,
    kind: 'string',
    variations,
    offVariation: 'none',
    rules: [
      rule('staff', { attribute: 'email', operator: 'endsWith', values: ['@corp.example'] }, 'A'),
      rule('english', { attribute: 'country', operator: 'in', values: countries }, 'B'),
      rule('newest', { attribute: 'appVersion', operator: 'semverGreaterThan', values: ['3.0.0'] }, 'C'),
      rule('elders', { attribute: 'age', operator: 'greaterThan', values: [65] }, 'A'),
      { id: 'beta', condition: { attribute: 'targetingKey', operator: 'in', values: keys }, serve: thirds },
    ],
    fallthrough: { kind: 'variation', variation: 'none' },
  });
}

function contextsOf(keys: readonly string[]): Context[] {
  const contexts = keys.map((targetingKey, index) => ({
    targetingKey,
    email: `person${index}@mail.example`,
    country: elsewhere[index % 10],
    appVersion: `2.${index % 20}.${index % 7}`,
    age: 18 + (index % 40),
  }));
  return asIfReceived(contexts);
}

/** Through JSON, as documents and most attributes come: texts are flat, and nothing is shared by accident. */
function asIfReceived<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
