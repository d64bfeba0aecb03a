import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { PROBLEMS } from './problems.ts';

test('docs/errors.md tells of every problem, with its status, and of no other', async () => {
  const page = await readFile(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
  const told = [...page.matchAll(/^### (.+)\n\n(\d{3})\./gm)].map(([, code, status]) => [code, Number(status)]);
  const known = Object.entries(PROBLEMS).map(([code, { status }]) => [code, status]);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(known));
  expect(told).toHaveLength(known.length);
});
