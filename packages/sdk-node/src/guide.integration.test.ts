import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import express from 'express';
import { expect, test } from 'vitest';
import { signOverrides, tidegate } from './express.ts';
import { createTestClient } from './testing.ts';

const page = readFileSync(new URL('../../../docs/sdk-node.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/^## (.+?)$(?:(?!^## )[\s\S])*?^```js\n([\s\S]*?)^```$/gm)].map(
  ([, title = '', code = '']) => ({ title, code }),
);

/** What each example is to leave behind. */
const RESULTS: Readonly<Record<string, readonly [expression: string, value: unknown]>> = {
  'Circuit breaker': ['[page, breakers]', ['new checkout', []]],
  'Dark launches': ['price', { cents: 1990 }],
  'How far a rollout is': ['[state, isBegun]', [null, false]],
  Overrides: ["[typeof token, tester.variationDetail('new-checkout', user, false).reason]", ['string', 'OVERRIDE']],
  Migrations: ['[orders.stage, list, second.kind]', ['dual-write', ['order 1'], 'written']],
};

test('every kind of guard has its example', () => {
  expect(examples.map(({ title }) => title)).toEqual(Object.keys(RESULTS));
});

test.each(examples)('the example of "$title" does what the page says', async ({ title, code }) => {
  const client = createTestClient({
    flags: { 'new-checkout': true, 'new-pricing': true, 'orders-store': 'dual-write' },
  });
  const scope = createContext({
    client,
    user: { targetingKey: 'user-42' },
    secret: 'a secret of the application, and long',
    express,
    tidegate,
    signOverrides,
    console: { log: () => undefined },
  });
  const [expression, value] = RESULTS[title] ?? [];
  const result: unknown = await runInContext(`(async () => { ${code}; return ${expression}; })()`, scope);
  // Lists of another realm are equal only as JSON.
  expect(JSON.parse(JSON.stringify(result))).toEqual(value);
});
