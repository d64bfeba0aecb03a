import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contextOf } from './context-of.ts';

const anything = fc.anything({ withDate: true, withBigInt: true, withMap: true, withNullPrototype: true });

test('whatever an application puts into its context, Tidegate gets JSON', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), anything), (context) => {
      for (const value of Object.values(contextOf(context))) expect(value === undefined || isJson(value)).toBe(true);
    }),
  );
});

test('what is JSON already is not changed', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })), (context) => {
      expect(contextOf(context)).toEqual(context);
    }),
  );
});

function isJson(value: unknown): boolean {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  return typeof value === 'object' && !(value instanceof Date) && Object.values(value).every(isJson);
}
