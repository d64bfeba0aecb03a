import type { FlagView } from '@tidegate/protocol';
import { buildFlag } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { formatFlag, formatFlagTable } from './flags.ts';
import { PLAIN } from './paint.ts';

function flagView(overrides: Partial<FlagView> = {}): FlagView {
  return {
    ...buildFlag(),
    description: '',
    tags: [],
    temporary: false,
    createdAtMs: 0,
    updatedAtMs: 60_000,
    archived: false,
    ...overrides,
  };
}

test('a flag reads from its variations to what everybody else gets', () => {
  const flag = flagView({
    description: 'The new\ncheckout',
    targets: [{ variation: 'on', keys: ['u1', 'u2'] }],
    rules: [
      {
        id: 'beta',
        condition: {
          all: [
            { attribute: 'country', operator: 'in', values: ['DE', 'AT'] },
            { any: [{ segment: 'staff' }, { not: { attribute: 'plan', operator: 'exists', values: [] } }] },
          ],
        },
        serve: {
          kind: 'split',
          ranges: [
            { fromPpm: 0, toPpm: 200_000, variation: 'on' },
            { fromPpm: 200_000, toPpm: 950_000, variation: 'off' },
            { fromPpm: 950_000, toPpm: 1_000_000, variation: 'on' },
          ],
        },
      },
    ],
  });
  expect(formatFlag(flag, PLAIN)).toEqual([
    'new-checkout  on  boolean, revision 1',
    'The new checkout',
    'variation     on = true',
    'variation     off = false',
    'when disabled off',
    'target        2 units by name: on',
    'rule          beta: if country in ["DE","AT"] and (segment staff or not (plan exists)) serve 25% on, 75% off',
    'otherwise     on',
    'browsers get  nothing',
    'created       1970-01-01 00:00:00Z, updated 1970-01-01 00:01:00Z',
  ]);
});

test('a list says what each flag serves now', () => {
  const rollout = {
    kind: 'rollout',
    rolloutId: 'r',
    epoch: 1,
    stageIndex: 0,
    treatment: 'on',
    control: 'off',
    treatmentPpm: 25_000,
  } as const;
  const lines = formatFlagTable([flagView({ fallthrough: rollout }), flagView({ key: 'b', enabled: false })], PLAIN);
  expect(lines).toEqual([
    'FLAG          STATE  SERVES                               RULES  UPDATED               DESCRIPTION',
    'new-checkout  on     rollout at 2.5%: on, the others off         1970-01-01 00:01:00Z',
    'b             off    off                                         1970-01-01 00:01:00Z',
  ]);
  expect(formatFlagTable([], PLAIN)).toEqual(['There are no flags.']);
});
