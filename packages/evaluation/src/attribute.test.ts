import { expect, test } from 'vitest';
import { attributeReader, unitKeyOf } from './attribute.ts';
import type { Context } from './evaluation.ts';

const read = (path: string, context: Context) => attributeReader(path)(context);

test('a path with dots goes into objects', () => {
  expect(read('org.plan', { org: { plan: 'pro' } })).toBe('pro');
  expect(read('org.plan.name', { org: { plan: { name: 'pro' } } })).toBe('pro');
});

test('an attribute named by the whole path comes first', () => {
  expect(read('http.method', { 'http.method': 'GET', http: { method: 'POST' } })).toBe('GET');
});

test('a path that leads nowhere is missing', () => {
  for (const org of [undefined, null, 'pro', 7, [], ['plan'], {}]) {
    expect(read('org.plan', org === undefined ? {} : { org })).toBeUndefined();
  }
  expect(read('a..b', { a: { b: 1 } })).toBeUndefined();
});

test('lists are values: neither their elements nor their length are attributes', () => {
  expect(read('roles', { roles: ['admin'] })).toEqual(['admin']);
  expect(read('roles.0', { roles: ['admin'] })).toBeUndefined();
  expect(read('roles.length', { roles: ['admin'] })).toBeUndefined();
});

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'org.constructor', 'org.__proto__'])(
  'what every object inherits is no attribute: %s',
  (path) => {
    expect(read(path, { org: {} })).toBeUndefined();
    expect(read(path, Object.assign(Object.create(null), { org: {} }))).toBeUndefined();
  },
);

test('a context may have attributes with such names as its own', () => {
  const context = JSON.parse('{"__proto__": "p", "constructor": "c", "org": {"toString": "t"}}');
  expect(read('__proto__', context)).toBe('p');
  expect(read('constructor', context)).toBe('c');
  expect(read('org.toString', context)).toBe('t');
});

test('texts and finite numbers are unit keys', () => {
  expect(unitKeyOf({ targetingKey: 'ada' }, 'targetingKey')).toBe('ada');
  expect(unitKeyOf({ org: { id: 42 } }, 'org.id')).toBe('42');
  expect(unitKeyOf({ targetingKey: 4.5 }, 'targetingKey')).toBe('4.5');
  expect(unitKeyOf({ targetingKey: -0 }, 'targetingKey')).toBe('0');
  expect(unitKeyOf({ targetingKey: 1e21 }, 'targetingKey')).toBe('1e+21');
});

test('nothing else identifies a unit', () => {
  for (const value of ['', null, true, Number.NaN, Number.POSITIVE_INFINITY, [], ['ada'], { id: 'ada' }]) {
    expect(unitKeyOf({ device: value }, 'device')).toBeUndefined();
  }
  expect(unitKeyOf({}, 'targetingKey')).toBeUndefined();
});

test.each([undefined, null, 'ada', 7])('a context that is no object has no unit: %j', (context) => {
  // Callers in JavaScript can do this.
  expect(unitKeyOf(context as unknown as Context, 'targetingKey')).toBeUndefined();
});

test('of many names, each is read by itself', () => {
  const names = Array.from({ length: 40 }, (_, index) => `name${index}`);
  const readers = names.map((name) => attributeReader(name));
  const context = Object.fromEntries(names.map((name, index) => [name, index]));
  expect(readers.map((reader) => reader(context))).toEqual(names.map((_, index) => index));
  expect(attributeReader('name0')({ name1: 1 })).toBeUndefined();
});
