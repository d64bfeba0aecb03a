import type { EvaluationContext } from '@openfeature/core';
import { FlagdCore } from '@openfeature/flagd-core';
import { type Contestant, silent } from '../contestant.ts';
import { type FlagSpec, type Person, SHARES } from '../flag-spec.ts';

/** flagd's evaluation in a process of one's own. It has no prerequisites. */
export const flagd: Contestant = {
  write: ({ flags, segments }) =>
    JSON.stringify({
      flags: Object.fromEntries(flags.map((flag) => [flag.key, flagOf(flag)])),
      $evaluators: Object.fromEntries(segments.map(({ key, keys }) => [key, { in: [{ var: 'targetingKey' }, keys] }])),
    }),
  load: async (text) => {
    const core = new FlagdCore(undefined, silent);
    core.setConfigurations(text);
    return {
      lacks: 'prerequisites',
      asking: (flagKey, kind, people) => {
        const contexts = people.map(contextOf);
        if (kind === 'boolean') {
          return (index) => core.resolveBooleanEvaluation(flagKey, false, contexts[index] ?? {}, silent).value;
        }
        return (index) => core.resolveStringEvaluation(flagKey, 'none', contexts[index] ?? {}, silent).value;
      },
      askingAll: (people) => {
        const contexts = people.map(contextOf);
        return (index) => core.resolveAll(contexts[index] ?? {}, silent);
      },
    };
  },
};

function contextOf({ key, email, country, appVersion, age }: Person): EvaluationContext {
  return { targetingKey: key, email, country, appVersion, age };
}

function flagOf(flag: FlagSpec): object {
  const boolean = { state: 'ENABLED', variants: { on: true, off: false } };
  switch (flag.kind) {
    case 'off':
    case 'needs':
      return { ...boolean, defaultVariant: 'off' };
    case 'on':
      return { ...boolean, defaultVariant: 'on' };
    case 'half':
      return {
        ...boolean,
        defaultVariant: 'off',
        targeting: {
          fractional: [
            ['on', 50],
            ['off', 50],
          ],
        },
      };
    case 'member':
      return { ...boolean, defaultVariant: 'off', targeting: { if: [{ $ref: flag.segment }, 'on', 'off'] } };
    case 'rules': {
      const rules = [
        [{ ends_with: [{ var: 'email' }, flag.emailSuffix] }, 'A'],
        [{ in: [{ var: 'country' }, flag.countries] }, 'B'],
        [{ sem_ver: [{ var: 'appVersion' }, '>=', flag.versionFrom] }, 'C'],
        [{ '>': [{ var: 'age' }, flag.ageAbove] }, 'A'],
        [{ in: [{ var: 'targetingKey' }, flag.keys] }, { fractional: SHARES }],
      ];
      const variants = { A: 'A', B: 'B', C: 'C', none: 'none' };
      return { state: 'ENABLED', variants, defaultVariant: 'none', targeting: { if: [...rules.flat(), 'none'] } };
    }
    default:
      return flag satisfies never;
  }
}
