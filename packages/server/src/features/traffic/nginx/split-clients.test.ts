import type { AdapterOf } from '@tidegate/protocol';
import { expect, test } from 'vitest';
import { SHARED } from '../order.fixture.ts';
import { nearestSplitPpm, readSplitPpm, splitClientsText } from './split-clients.ts';

const settings: AdapterOf<'nginx'> = {
  ...SHARED,
  kind: 'nginx',
  site: 'edge',
  unit: '$remote_addr$http_user_agent',
  treatment: 'new',
  control: 'old',
};
const textOf = (weightPpm: number) => splitClientsText(settings, { weightPpm, owner: 'edge of default/production' });

test('a share is a percent with two decimals, and none and all are the rest', () => {
  expect(textOf(25_000)).toBe(
    [
      '# Written by Tidegate for the traffic adapter edge of default/production, which sets it again when it is changed.',
      'split_clients "$remote_addr$http_user_agent" $tidegate_edge {',
      '    2.50% new;',
      '    * old;',
      '}',
      'map "" $tidegate_edge_ppm {',
      '    default 25000;',
      '}',
      '',
    ].join('\n'),
  );
  expect(textOf(0)).toContain('{\n    * old;\n}');
  expect(textOf(1_000_000)).toContain('{\n    * new;\n}');
});

test('what is written is read back, and what somebody else wrote is not understood', () => {
  for (const weightPpm of [0, 100, 123_400, 1_000_000]) {
    expect(readSplitPpm(textOf(weightPpm), 'edge')).toBe(weightPpm);
  }
  expect(readSplitPpm(textOf(100), 'other')).toBeNull();
  expect(readSplitPpm('split_clients "$remote_addr" $tidegate_edge { 50% new; * old; }', 'edge')).toBeNull();
});

test.each([
  [1, 100],
  [49, 100],
  [123_449, 123_400],
  [999_999, 999_900],
])('of the shares that nginx can say, %i ppm is nearest to %i, and some is neither none nor all', (wanted, nearest) => {
  expect(nearestSplitPpm(wanted)).toBe(nearest);
});
