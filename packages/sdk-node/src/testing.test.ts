import { expect, expectTypeOf, test } from 'vitest';
import { createTestClient } from './testing.ts';

interface Flags {
  readonly checkout: boolean;
  readonly button: 'red' | 'blue';
  readonly limits: { readonly perDay: number };
}

const ada = { targetingKey: 'ada', plan: 'pro' };

test('a test client serves the values that it is given', () => {
  const client = createTestClient<Flags>({ flags: { checkout: true, button: 'blue', limits: { perDay: 3 } } });
  expect(client.variation('checkout', ada, false)).toBe(true);
  expect(client.variation('button', ada, 'red')).toBe('blue');
  expect(client.variation('limits', ada, { perDay: 1 })).toEqual({ perDay: 3 });
  expect(client.variationDetail('checkout', ada, false).reason).toBe('STATIC');
});

test('a test sets a flag for itself, and puts it back', () => {
  const client = createTestClient<Flags>({ flags: { checkout: false } });
  const changes: (readonly string[])[] = [];
  client.on('change', ({ flagKeys }) => changes.push(flagKeys));
  client.setFlag('checkout', true);
  expect(client.variation('checkout', ada, false)).toBe(true);
  client.reset();
  expect(client.variation('checkout', ada, true)).toBe(false);
  expect(changes).toEqual([['checkout'], ['checkout']]);
});

test('rules of a file answer for the flags that no value is given for', () => {
  const file = {
    flags: {
      checkout: { enabled: false },
      button: {
        kind: 'string' as const,
        enabled: true,
        variations: [
          { key: 'r', value: 'red' },
          { key: 'b', value: 'blue' },
        ],
        targets: [{ variation: 'b', keys: ['ada'] }],
      },
    },
  };
  const client = createTestClient<Flags>({ file, flags: { checkout: true } });
  expect(client.variation('checkout', ada, false)).toBe(true);
  expect(client.variation('button', ada, 'red')).toBe('blue');
  expect(client.variation('button', { targetingKey: 'bob' }, 'blue')).toBe('red');
  client.setFlag('button', 'red');
  expect(client.variationDetail('button', ada, 'blue')).toMatchObject({ value: 'red', variation: 'r' });
});

test('what was tracked can be looked at', () => {
  const client = createTestClient<Flags>();
  client.track('purchase', ada, { value: 19.9 });
  client.track('click', ada);
  expect(client.tracked).toEqual([
    { event: 'purchase', context: ada, value: 19.9 },
    { event: 'click', context: ada, value: 1 },
  ]);
  client.reset();
  expect(client.tracked).toEqual([]);
});

test('flags with types have no other keys and no other defaults', () => {
  const client = createTestClient<Flags>({ flags: { checkout: true } });
  expectTypeOf(client.variation('checkout', ada, false)).toEqualTypeOf<boolean>();
  expectTypeOf(client.variation('button', ada, 'red')).toEqualTypeOf<'red' | 'blue'>();
  expectTypeOf(client.variationDetail('limits', ada, { perDay: 1 }).value).toEqualTypeOf<Flags['limits']>();
  // @ts-expect-error there is no such flag
  expect(client.variation('chekout', ada, false)).toBe(false);
  // @ts-expect-error the default of a flag that is on or off
  expect(client.variation('checkout', ada, 'yes')).toBe('yes');
  // @ts-expect-error only a flag that is on or off has two branches
  expect(client.run('button', ada, { control: () => 1, treatment: () => 2 })).toBe(1);
});
