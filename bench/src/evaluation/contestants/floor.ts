import { positionPpm, seedOf, xxh32Utf8 } from '@tidegate/evaluation';
import type { Contestant } from '../contestant.ts';
import type { FlagSpec, Person, RulesSpec } from '../flag-spec.ts';

/** The same flags written by hand as code, which an engine could hardly run faster: no reasons, no rules to read. */
export const floor: Contestant = {
  write: (spec) => JSON.stringify(spec),
  load: async (text) => {
    // What `write` wrote.
    const { flags, segments } = JSON.parse(text) as RulesSpec;
    const segmentSets = new Map(segments.map(({ key, keys }) => [key, new Set(keys)]));
    const answers = new Map(flags.map((flag) => [flag.key, codeOf(flag, segmentSets)]));
    return {
      asking: (flagKey, _kind, people) => (index) => {
        const person = people[index];
        return person && answers.get(flagKey)?.(person);
      },
      askingAll: (people) => (index) => {
        const person = people[index];
        const values: Record<string, unknown> = {};
        if (person !== undefined) for (const [key, answer] of answers) values[key] = answer(person);
        return values;
      },
    };
  },
};

function codeOf(flag: FlagSpec, segments: ReadonlyMap<string, ReadonlySet<string>>): (person: Person) => unknown {
  switch (flag.kind) {
    case 'off':
      return () => false;
    case 'on':
    case 'needs':
      return () => true;
    case 'half': {
      const seed = seedOf(flag.key);
      return ({ key }) => positionPpm(xxh32Utf8(key, 0), seed) < 500_000;
    }
    case 'member': {
      const members = segments.get(flag.segment) ?? new Set();
      return ({ key }) => members.has(key);
    }
    case 'rules': {
      const [countries, keys, seed] = [new Set(flag.countries), new Set(flag.keys), seedOf(flag.key)];
      const majorFrom = Number.parseInt(flag.versionFrom, 10);
      return ({ key, email, country, appVersion, age }) => {
        if (email.endsWith(flag.emailSuffix)) return 'A';
        if (countries.has(country)) return 'B';
        if (Number.parseInt(appVersion, 10) >= majorFrom) return 'C';
        if (age > flag.ageAbove) return 'A';
        if (!keys.has(key)) return 'none';
        const position = positionPpm(xxh32Utf8(key, 0), seed);
        return position < 330_000 ? 'A' : position < 660_000 ? 'B' : 'C';
      };
    }
    default:
      return flag satisfies never;
  }
}
