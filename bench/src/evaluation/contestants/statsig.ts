import { StatsigServer } from 'statsig-node';
import type { Contestant } from '../contestant.ts';
import { type FlagSpec, type Person, type RulesSpec, SHARES } from '../flag-spec.ts';

/**
 * In local mode from bootstrap values, without exposures, which is its fastest. A split after a match is an experiment
 * there; here it is three rules over one list, each with its range of buckets.
 */
export const statsig: Contestant = {
  write: (spec) => JSON.stringify(valuesOf(spec)),
  load: async (text) => {
    const client = new StatsigServer('secret-bench', {
      localMode: true,
      bootstrapValues: text,
      disableDiagnostics: true,
      disableAllLogging: true,
      initStrategyForIP3Country: 'none',
      initStrategyForIDLists: 'none',
      disableRulesetsSync: true,
      disableIdListsSync: true,
    });
    await client.initializeAsync();
    const quietly = { disableExposureLogging: true };
    return {
      asking: (flagKey, kind, people) => {
        const users = people.map(userOf);
        if (kind === 'boolean') return (index) => client.checkGate(users[index] ?? NOBODY, flagKey, quietly);
        return (index) => client.getConfig(users[index] ?? NOBODY, flagKey, quietly).get('v', 'none');
      },
      askingAll: (people) => {
        const users = people.map(userOf);
        return (index) => client.getClientInitializeResponse(users[index] ?? NOBODY, 'client-bench', { hash: 'none' });
      },
      close: () => client.shutdown(),
    };
  },
};

const NOBODY = { userID: 'nobody' };

function userOf({ key, email, country, appVersion, age }: Person) {
  return { userID: key, email, country, appVersion, custom: { age } };
}

function valuesOf({ flags, segments }: RulesSpec): object {
  const gates = flags.filter(({ kind }) => kind !== 'rules').map(gateOf);
  const lists = segments.map(({ key, keys }) =>
    gate(`segment:${key}`, [rule('keys', [condition('unit_id', 'any', null, keys)], true)]),
  );
  return {
    has_updates: true,
    time: 1,
    feature_gates: [...gates, ...lists],
    dynamic_configs: flags.filter(({ kind }) => kind === 'rules').map(gateOf),
    layer_configs: [],
    layers: {},
    id_lists: {},
    diagnostics: {},
  };
}

function gateOf(flag: FlagSpec): object {
  const { key } = flag;
  const everyone = condition('public', null, null, null);
  switch (flag.kind) {
    case 'off':
      return { ...gate(key, []), enabled: false };
    case 'on':
      return gate(key, [rule('all', [everyone], true)]);
    case 'half':
      return gate(key, [{ ...rule('half', [everyone], true), passPercentage: 50 }]);
    case 'member':
      return gate(key, [rule('in', [condition('pass_gate', null, null, `segment:${flag.segment}`)], true)]);
    case 'needs':
      return gate(key, [rule('needs', [condition('pass_gate', null, null, flag.flag)], true)]);
    case 'rules': {
      const listed = condition('unit_id', 'any', null, flag.keys);
      let bucketsBelow = 0;
      const shares = SHARES.map(([name, percent]) => {
        bucketsBelow += percent * 10;
        const bucket = { ...condition('user_bucket', 'lt', null, bucketsBelow), additionalValues: { salt: key } };
        return rule(`beta ${name}`, [listed, bucket], { v: name });
      });
      const rules = [
        rule('staff', [condition('user_field', 'str_ends_with_any', 'email', [flag.emailSuffix])], { v: 'A' }),
        rule('english', [condition('user_field', 'any', 'country', flag.countries)], { v: 'B' }),
        rule('newest', [condition('user_field', 'version_gte', 'appVersion', flag.versionFrom)], { v: 'C' }),
        rule('elders', [condition('user_field', 'gt', 'age', flag.ageAbove)], { v: 'A' }),
        ...shares,
      ];
      return { ...gate(key, rules), type: 'dynamic_config', entity: 'dynamic_config', defaultValue: { v: 'none' } };
    }
    default:
      return flag satisfies never;
  }
}

function gate(name: string, rules: readonly object[]) {
  const common = { type: 'feature_gate', entity: 'feature_gate', idType: 'userID', defaultValue: false };
  return { ...common, name, salt: name, enabled: true, isActive: true, rules };
}

function rule(name: string, conditions: readonly object[], returnValue: unknown) {
  return {
    name,
    id: name,
    salt: name,
    groupName: name,
    passPercentage: 100,
    idType: 'userID',
    conditions,
    returnValue,
  };
}

function condition(type: string, operator: string | null, field: string | null, targetValue: unknown) {
  return { type, operator, field, targetValue, additionalValues: {}, idType: 'userID' };
}
