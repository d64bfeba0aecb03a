import type { Condition, Flag, Rule, RulesDocuments, Serve } from '@tidegate/evaluation';
import { buildFlag, buildSegment } from '@tidegate/testkit';
import { type FlagSpec, type RulesSpec, SHARES } from '../flag-spec.ts';

/** The flags as Tidegate's documents. */
export function documentsOf({ flags, segments }: RulesSpec): RulesDocuments {
  return {
    revision: 1,
    flags: flags.map(flagOf),
    segments: segments.map(({ key, keys }) => buildSegment({ key, included: keys })),
  };
}

const on: Serve = { kind: 'variation', variation: 'on' };
const off: Serve = { kind: 'variation', variation: 'off' };

function flagOf(spec: FlagSpec): Flag {
  const { key } = spec;
  switch (spec.kind) {
    case 'off':
      return buildFlag({ key, enabled: false });
    case 'on':
      return buildFlag({ key });
    case 'half':
      return buildFlag({
        key,
        fallthrough: split([
          ['on', 50],
          ['off', 50],
        ]),
      });
    case 'member':
      return buildFlag({
        key,
        rules: [{ id: 'r', condition: { segment: spec.segment }, serve: on }],
        fallthrough: off,
      });
    case 'needs':
      return buildFlag({ key, prerequisites: [{ flag: spec.flag, variations: ['on'] }] });
    case 'rules':
      return buildFlag({
        key,
        kind: 'string',
        variations: ['A', 'B', 'C', 'none'].map((value) => ({ key: value, value })),
        offVariation: 'none',
        rules: [
          rule('staff', { attribute: 'email', operator: 'endsWith', values: [spec.emailSuffix] }, 'A'),
          rule('english', { attribute: 'country', operator: 'in', values: spec.countries }, 'B'),
          rule(
            'newest',
            { attribute: 'appVersion', operator: 'semverGreaterThanOrEqual', values: [spec.versionFrom] },
            'C',
          ),
          rule('elders', { attribute: 'age', operator: 'greaterThan', values: [spec.ageAbove] }, 'A'),
          {
            id: 'beta',
            condition: { attribute: 'targetingKey', operator: 'in', values: spec.keys },
            serve: split(SHARES),
          },
        ],
        fallthrough: { kind: 'variation', variation: 'none' },
      });
    default:
      return spec satisfies never;
  }
}

function rule(id: string, condition: Condition, variation: string): Rule {
  return { id, condition, serve: { kind: 'variation', variation } };
}

function split(shares: readonly (readonly [string, number])[]): Serve {
  let fromPpm = 0;
  const ranges = shares.map(([variation, percent]) => {
    const range = { fromPpm, toPpm: fromPpm + percent * 10_000, variation };
    fromPpm = range.toPpm;
    return range;
  });
  return { kind: 'split', ranges };
}
