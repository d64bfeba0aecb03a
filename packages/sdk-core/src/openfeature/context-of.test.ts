import { expect, test } from 'vitest';
import { contextOf } from './context-of.ts';

test('a context of scalars is returned as it came', () => {
  const context = { targetingKey: 'ann', age: 29, isStaff: false, plan: null, missing: undefined };
  expect(contextOf(context)).toBe(context);
});

test('dates become RFC 3339 text, wherever they stand', () => {
  const at = new Date('2026-01-31T12:00:00+01:00');
  expect(contextOf({ at, user: { since: at, visits: [at] } })).toEqual({
    at: '2026-01-31T11:00:00.000Z',
    user: { since: '2026-01-31T11:00:00.000Z', visits: ['2026-01-31T11:00:00.000Z'] },
  });
});

test('what JSON cannot carry is left out', () => {
  const context = {
    targetingKey: 'ann',
    ratio: Number.NaN,
    never: Number.POSITIVE_INFINITY,
    big: 1n,
    call: () => 1,
    mark: Symbol('mark'),
    date: new Date('no date'),
    tags: ['a', undefined, () => 1, null],
    org: { plan: 'pro', limit: Number.NaN },
  };
  expect(contextOf(context)).toEqual({ targetingKey: 'ann', tags: ['a', null], org: { plan: 'pro' } });
});

test('an object inside itself is left out, and one that stands twice is not', () => {
  const shared = { plan: 'pro' };
  const loop: Record<string, unknown> = { name: 'loop', left: shared, right: shared };
  loop['self'] = loop;
  loop['list'] = [loop, 1];
  expect(contextOf({ loop })).toEqual({ loop: { name: 'loop', left: shared, right: shared, list: [1] } });
});

test('nesting ends somewhere', () => {
  let deep: Record<string, unknown> = { end: true };
  for (let depth = 0; depth < 100_000; depth++) deep = { deep };
  expect(JSON.stringify(contextOf(deep)).length).toBeLessThan(1_000);
});

test('the names that every object has are attributes like others', () => {
  const context = contextOf(JSON.parse('{"__proto__": {"isAdmin": true}, "constructor": {"name": "x"}}'));
  expect(Object.keys(context)).toEqual(['__proto__', 'constructor']);
  expect(context['isAdmin']).toBeUndefined();
});
