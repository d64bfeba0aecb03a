import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SDK } from './version.ts';

test('the SDK calls itself what its package is called', () => {
  const { name, version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  expect(SDK).toEqual({ name, version });
});
