import { createConsoleLogger, getClient, PollingMode, User } from 'configcat-node';
import type { Contestant } from '../contestant.ts';
import { type FlagSpec, type Person, SHARES } from '../flag-spec.ts';

/** Offline, from its cache. One flag is asked of a snapshot, which is its fastest; all flags are a promise. */
export const configcat: Contestant = {
  write: ({ flags, segments }) =>
    JSON.stringify({
      p: { u: 'https://example.invalid', r: 0, s: 'salt' },
      s: segments.map(({ key, keys }) => ({ n: key, r: [{ a: 'Identifier', c: IS_ONE_OF, l: keys }] })),
      f: Object.fromEntries(
        flags.map((flag) => [
          flag.key,
          settingOf(
            flag,
            segments.map(({ key }) => key),
          ),
        ]),
      ),
    }),
  load: async (text) => {
    const entry = `${Date.now()}\netag\n${text}`;
    clientCount += 1;
    // There is one client for every SDK key.
    const sdkKey = `configcat-sdk-1/aaaaaaaaaaaaaaaaaaaaaa/${String(clientCount).padStart(22, 'b')}`;
    const client = getClient(sdkKey, PollingMode.ManualPoll, {
      offline: true,
      cache: { get: () => entry, set() {} },
      logger: createConsoleLogger(-1),
    });
    await client.getAllKeysAsync();
    const snapshot = client.snapshot();
    return {
      asking: (flagKey, kind, people) => {
        const users = people.map(userOf);
        const missing = kind === 'boolean' ? false : 'none';
        return (index) => snapshot.getValue(flagKey, missing, users[index]);
      },
      askingAll: (people) => {
        const users = people.map(userOf);
        return (index) => client.getAllValuesAsync(users[index]);
      },
      close: () => client.dispose(),
    };
  },
};

let clientCount = 0;
/** Its comparators, by the numbers of its format. */
const [IS_ONE_OF, VERSION_NOT_LESS, NUMBER_GREATER, TEXT_ENDS_WITH] = [0, 9, 14, 32];

function userOf({ key, email, country, appVersion, age }: Person): User {
  return new User(key, email, country, { appVersion, age });
}

function settingOf(flag: FlagSpec, segmentKeys: readonly string[]): object {
  switch (flag.kind) {
    case 'off':
      return { t: 0, ...boolean(false) };
    case 'on':
      return { t: 0, ...boolean(true) };
    case 'half':
      return {
        t: 0,
        ...boolean(false),
        p: [
          { p: 50, ...boolean(true) },
          { p: 50, ...boolean(false) },
        ],
      };
    case 'member': {
      const segment = { s: { s: segmentKeys.indexOf(flag.segment), c: 0 } };
      return { t: 0, ...boolean(false), r: [{ c: [segment], s: boolean(true) }] };
    }
    case 'needs': {
      const prerequisite = { p: { f: flag.flag, c: 0, v: { b: true } } };
      return { t: 0, ...boolean(false), r: [{ c: [prerequisite], s: boolean(true) }] };
    }
    case 'rules':
      return {
        t: 1,
        ...text('none'),
        r: [
          { c: [compare('Email', TEXT_ENDS_WITH, { l: [flag.emailSuffix] })], s: text('A') },
          { c: [compare('Country', IS_ONE_OF, { l: flag.countries })], s: text('B') },
          { c: [compare('appVersion', VERSION_NOT_LESS, { s: flag.versionFrom })], s: text('C') },
          { c: [compare('age', NUMBER_GREATER, { d: flag.ageAbove })], s: text('A') },
          {
            c: [compare('Identifier', IS_ONE_OF, { l: flag.keys })],
            p: SHARES.map(([name, p]) => ({ p, ...text(name) })),
          },
        ],
      };
    default:
      return flag satisfies never;
  }
}

function boolean(b: boolean) {
  return { v: { b }, i: String(b) };
}

function text(s: string) {
  return { v: { s }, i: s };
}

function compare(a: string, c: number | undefined, values: object) {
  return { u: { a, c, ...values } };
}
