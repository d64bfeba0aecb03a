import type { JsonValue } from '@tidegate/evaluation';
import { describe, expect, test } from 'vitest';
import type { Plan, Setting } from '../flag-file/plan.ts';
import { PLAIN } from './paint.ts';
import { formatPlan } from './plan.ts';

const empty: Plan = {
  environment: 'default/production',
  revision: 9,
  steps: [],
  unlisted: [],
  leftAlone: [],
  obstacles: [],
};
const updateOf = (...settings: Setting[]): Plan => ({
  ...empty,
  steps: [{ kind: 'flag', key: 'a', action: 'update', revision: 3, patch: {}, settings }],
});
const linesOf = (name: string, from: JsonValue | undefined, to: JsonValue | undefined) =>
  formatPlan(updateOf({ name, from, to }), PLAIN).slice(1);

const rule = (id: string, variation: string) => ({
  id,
  condition: { attribute: 'plan', operator: 'equals', values: ['pro'] },
  serve: { kind: 'variation', variation },
});

describe('a changed flag', () => {
  test('tells each rule that changed, came, went or changed places', () => {
    const [a, b, c] = [rule('a', 'on'), rule('b', 'on'), rule('c', 'on')];
    expect(linesOf('rules', [a, b, c], [rule('d', 'off'), b, rule('a', 'off')])).toEqual([
      '    rules.d  nothing → if plan equals "pro" serve off (1 of 3)',
      '    rules.a  if plan equals "pro" serve on → if plan equals "pro" serve off',
      '    rules.c  if plan equals "pro" serve on → nothing',
      '    rules (order)  a, b → b, a',
    ]);
  });

  test('tells each variation by its key', () => {
    const variation = (key: string, value: JsonValue) => ({ key, value });
    expect(linesOf('variations', [variation('red', '#f00')], [variation('red', '#e00')])).toEqual([
      '    variations.red  "#f00" → "#e00"',
    ]);
  });

  test('tells what a long list of texts gained and lost, and not the list', () => {
    const many = Array.from({ length: 20 }, (_, index) => `u${index}`);
    expect(linesOf('tags', many, ['u0', 'new'])).toEqual([
      '    tags  +new, -u1, -u2, -u3, -u4, -u5, -u6, -u7 and 12 more',
    ]);
    expect(linesOf('tags', ['a', 'b'], ['b', 'a'])).toEqual(['    tags  ["a","b"] → ["b","a"]']);
  });

  test('tells a setting that goes or comes', () => {
    expect(linesOf('holdout', 'staff', undefined)).toEqual(['    holdout  "staff" → nothing']);
    expect(linesOf('owner', undefined, 'ann')).toEqual(['    owner  "ann"']);
  });

  test('cannot move the cursor of whoever reads it', () => {
    expect(linesOf('description', '', '\u001b[2Jgone\nnext')).toEqual([
      '    description  "" → "\\u001b[2Jgone\\nnext"',
    ]);
    const remark = { kind: 'flag', key: 'a', path: ['\u001b[2J'], detail: 'x\ny' } as const;
    expect(formatPlan({ ...empty, obstacles: [remark] }, PLAIN)).toEqual(['! flag a ["\\u001b[2J"]: x y']);
  });
});
