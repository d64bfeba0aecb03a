import { once } from 'node:events';
import { type Context, Unleash } from 'unleash-client';
import { type Contestant, NOWHERE } from '../contestant.ts';
import { type FlagSpec, type Person, SHARES } from '../flag-spec.ts';

/** Bootstrapped, without metrics, which is its fastest. It has no call for all flags: they are asked one by one. */
export const unleash: Contestant = {
  write: ({ flags, segments }) =>
    JSON.stringify({
      version: 2,
      features: flags.map(featureOf),
      segments: segments.map(({ keys }, index) => ({ id: index + 1, constraints: [constraint('userId', 'IN', keys)] })),
    }),
  load: async (text, { flags }) => {
    const { features, segments } = JSON.parse(text);
    const client = new Unleash({
      appName: 'bench',
      url: NOWHERE,
      refreshInterval: 0,
      disableMetrics: true,
      disableAutoStart: true,
      skipInstanceCountWarning: true,
      bootstrap: { data: features, segments },
      storageProvider: { set: async () => {}, get: async () => undefined },
    });
    client.on('error', () => {});
    client.on('warn', () => {});
    const ready = once(client, 'ready');
    await client.start();
    await ready;
    const all = flags.map(({ key, kind }) => [key, kind === 'rules'] as const);
    return {
      asking: (flagKey, kind, people) => {
        const contexts = people.map(contextOf);
        if (kind === 'boolean') return (index) => client.isEnabled(flagKey, contexts[index]);
        return (index) => client.getVariant(flagKey, contexts[index]).name;
      },
      askingAll: (people) => {
        const contexts = people.map(contextOf);
        return (index) => {
          const values: Record<string, unknown> = {};
          for (const [key, isText] of all) {
            values[key] = isText
              ? client.getVariant(key, contexts[index]).name
              : client.isEnabled(key, contexts[index]);
          }
          return values;
        };
      },
      close: () => client.destroy(),
    };
  },
};

function contextOf({ key, email, country, appVersion, age }: Person): Context {
  return { userId: key, properties: { email, country, appVersion, age: String(age) } };
}

function featureOf(flag: FlagSpec): object {
  const { key } = flag;
  const feature = {
    name: key,
    type: 'release',
    enabled: flag.kind !== 'off',
    stale: false,
    impressionData: false,
    variants: [],
  };
  switch (flag.kind) {
    case 'off':
    case 'on':
      return { ...feature, strategies: [strategy(key, 100)] };
    case 'half':
      return { ...feature, strategies: [strategy(key, 50)] };
    case 'member':
      return { ...feature, strategies: [{ ...strategy(key, 100), segments: [1] }] };
    case 'needs':
      return { ...feature, strategies: [strategy(key, 100)], dependencies: [{ feature: flag.flag, enabled: true }] };
    case 'rules': {
      const serving = (name: string, constraints: object) => ({
        ...strategy(key, 100),
        constraints: [constraints],
        variants: [variant(name, 1_000)],
      });
      return {
        ...feature,
        strategies: [
          serving('A', constraint('email', 'STR_ENDS_WITH', [flag.emailSuffix])),
          serving('B', constraint('country', 'IN', flag.countries)),
          serving('C', { ...constraint('appVersion', 'SEMVER_LT', [flag.versionFrom]), inverted: true }),
          serving('A', constraint('age', 'NUM_GT', [String(flag.ageAbove)])),
          {
            ...strategy(key, 100),
            constraints: [constraint('userId', 'IN', flag.keys)],
            variants: SHARES.map(([name, percent]) => variant(name, percent * 10)),
          },
        ],
      };
    }
    default:
      return flag satisfies never;
  }
}

function strategy(groupId: string, percent: number) {
  const parameters = { rollout: String(percent), stickiness: 'userId', groupId };
  return { name: 'flexibleRollout', parameters, constraints: [] };
}

function constraint(contextName: string, operator: string, values: readonly string[]) {
  return { contextName, operator, values, value: values[0], inverted: false, caseInsensitive: false };
}

function variant(name: string, weight: number) {
  return { name, weight, weightType: 'variable', stickiness: 'userId', payload: { type: 'string', value: name } };
}
