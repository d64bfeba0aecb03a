import { init, type LDContext } from '@launchdarkly/node-server-sdk';
import { TestData } from '@launchdarkly/node-server-sdk/integrations';
import { type Contestant, NOWHERE, silent } from '../contestant.ts';
import { type FlagSpec, type Person, SHARES } from '../flag-spec.ts';

/** Its test data as the source, without events, which is its fastest. Every answer is a promise. */
export const launchdarkly: Contestant = {
  write: ({ flags, segments }) =>
    JSON.stringify({
      flags: flags.map(flagOf),
      segments: segments.map(({ key, keys }) => ({
        key,
        version: 1,
        included: keys,
        excluded: [],
        rules: [],
        salt: key,
      })),
    }),
  load: async (text) => {
    const data = new TestData();
    // What `write` wrote.
    const { flags, segments } = JSON.parse(text) as { readonly flags: object[]; readonly segments: object[] };
    for (const flag of flags) data.usePreconfiguredFlag(flag);
    for (const segment of segments) data.usePreconfiguredSegment(segment);
    const client = init('sdk-bench', {
      updateProcessor: data.getFactory(),
      sendEvents: false,
      diagnosticOptOut: true,
      logger: silent,
      baseUri: NOWHERE,
      streamUri: NOWHERE,
      eventsUri: NOWHERE,
    });
    await client.waitForInitialization({ timeout: 60 });
    return {
      asking: (flagKey, kind, people) => {
        const contexts = people.map(contextOf);
        const missing = kind === 'boolean' ? false : 'none';
        return (index) => client.variation(flagKey, contexts[index] ?? NOBODY, missing);
      },
      askingAll: (people) => {
        const contexts = people.map(contextOf);
        return async (index) => (await client.allFlagsState(contexts[index] ?? NOBODY)).allValues();
      },
      close: () => client.close(),
    };
  },
};

const NOBODY: LDContext = { kind: 'user', key: 'nobody' };

function contextOf({ key, email, country, appVersion, age }: Person): LDContext {
  return { kind: 'user', key, email, country, appVersion, age };
}

function flagOf(flag: FlagSpec): object {
  const { key } = flag;
  const base = { key, version: 1, on: true, salt: key, targets: [], rules: [], prerequisites: [], trackEvents: false };
  const boolean = { ...base, variations: [false, true], offVariation: 0, fallthrough: { variation: 1 } };
  switch (flag.kind) {
    case 'off':
      return { ...boolean, on: false };
    case 'on':
      return boolean;
    case 'half':
      return {
        ...boolean,
        fallthrough: rollout([
          [1, 50],
          [0, 50],
        ]),
      };
    case 'member':
      return {
        ...boolean,
        fallthrough: { variation: 0 },
        rules: [{ id: 'r', clauses: [clause('', 'segmentMatch', [flag.segment])], variation: 1 }],
      };
    case 'needs':
      return { ...boolean, prerequisites: [{ key: flag.flag, variation: 1 }] };
    case 'rules':
      return {
        ...base,
        variations: ['A', 'B', 'C', 'none'],
        offVariation: 3,
        fallthrough: { variation: 3 },
        rules: [
          { id: 'staff', clauses: [clause('email', 'endsWith', [flag.emailSuffix])], variation: 0 },
          { id: 'english', clauses: [clause('country', 'in', flag.countries)], variation: 1 },
          {
            id: 'newest',
            clauses: [{ ...clause('appVersion', 'semVerLessThan', [flag.versionFrom]), negate: true }],
            variation: 2,
          },
          { id: 'elders', clauses: [clause('age', 'greaterThan', [flag.ageAbove])], variation: 0 },
          {
            id: 'beta',
            clauses: [clause('key', 'in', flag.keys)],
            ...rollout(SHARES.map(([, percent], variation) => [variation, percent])),
          },
        ],
      };
    default:
      return flag satisfies never;
  }
}

function clause(attribute: string, op: string, values: readonly unknown[]) {
  return { contextKind: 'user', attribute, op, values, negate: false };
}

function rollout(shares: readonly (readonly [number, number])[]) {
  const variations = shares.map(([variation, percent]) => ({ variation, weight: percent * 1_000 }));
  return { rollout: { contextKind: 'user', variations } };
}
