import { expect, test } from 'vitest';
import { problemsAt } from './problems-at.ts';

test('a part has its own problems, and none of a part whose name only begins alike', () => {
  const problems = ['/variations/1/value', '/variations/1', '/variations/10/value', ''].map((pointer) => ({
    pointer,
    detail: pointer,
  }));
  expect(problemsAt(problems, '/variations/1')).toEqual([
    { pointer: '/value', detail: '/variations/1/value' },
    { pointer: '', detail: '/variations/1' },
  ]);
});
