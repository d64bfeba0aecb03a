import { expect, test } from 'vitest';
import { severity, worstVerdict } from './verdict.ts';

test('a failure outweighs everything, and safety outweighs nothing', () => {
  expect(worstVerdict(['safe', 'running', 'failed', 'error'])).toBe('failed');
  expect(worstVerdict(['safe', 'running'])).toBe('running');
  expect(severity('no_data')).toBeGreaterThan(severity('running'));
});

test('nothing assessed is no data', () => {
  expect(worstVerdict([])).toBe('no_data');
});
