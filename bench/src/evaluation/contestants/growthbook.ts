import { GrowthBookClient } from '@growthbook/growthbook';
import type { Contestant } from '../contestant.ts';
import { type FlagSpec, type Person, SHARES } from '../flag-spec.ts';

/** Its multi-user client over a payload. It has no call for all flags: they are asked one by one. */
export const growthbook: Contestant = {
  write: ({ flags, segments }) =>
    JSON.stringify({
      features: Object.fromEntries(flags.map((flag) => [flag.key, featureOf(flag)])),
      savedGroups: Object.fromEntries(segments.map(({ key, keys }) => [key, keys])),
    }),
  load: async (text, { flags }) => {
    const client = new GrowthBookClient().initSync({ payload: JSON.parse(text) });
    const all = flags.map(({ key, kind }) => [key, kind === 'rules' ? 'none' : false] as const);
    return {
      asking: (flagKey, kind, people) => {
        const contexts = people.map(contextOf);
        const missing = kind === 'boolean' ? false : 'none';
        return (index) => client.getFeatureValue(flagKey, missing, contexts[index] ?? {});
      },
      askingAll: (people) => {
        const contexts = people.map(contextOf);
        return (index) => {
          const values: Record<string, unknown> = {};
          for (const [key, missing] of all) values[key] = client.getFeatureValue(key, missing, contexts[index] ?? {});
          return values;
        };
      },
    };
  },
};

function contextOf({ key, email, country, appVersion, age }: Person) {
  return { attributes: { id: key, email, country, appVersion, age } };
}

function featureOf(flag: FlagSpec): object {
  const seeded = { seed: flag.key, hashVersion: 2, hashAttribute: 'id' };
  switch (flag.kind) {
    case 'off':
      return { defaultValue: false };
    case 'on':
      return { defaultValue: true };
    case 'half':
      return { defaultValue: false, rules: [{ force: true, coverage: 0.5, ...seeded }] };
    case 'member':
      return { defaultValue: false, rules: [{ condition: { id: { $inGroup: flag.segment } }, force: true }] };
    case 'needs': {
      const parentConditions = [{ id: flag.flag, condition: { value: true }, gate: true }];
      return { defaultValue: false, rules: [{ parentConditions, force: true }] };
    }
    case 'rules':
      return {
        defaultValue: 'none',
        rules: [
          { condition: { email: { $regex: `${flag.emailSuffix.replace('.', '\\.')}$` } }, force: 'A' },
          { condition: { country: { $in: flag.countries } }, force: 'B' },
          { condition: { appVersion: { $vgte: flag.versionFrom } }, force: 'C' },
          { condition: { age: { $gt: flag.ageAbove } }, force: 'A' },
          {
            condition: { id: { $in: flag.keys } },
            key: flag.key,
            ...seeded,
            variations: SHARES.map(([name]) => name),
            weights: SHARES.map(([, percent]) => percent / 100),
          },
        ],
      };
    default:
      return flag satisfies never;
  }
}
