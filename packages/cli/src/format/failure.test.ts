import { expect, test } from 'vitest';
import { formatProblem } from './failure.ts';
import { PLAIN } from './paint.ts';

test('a problem tells title, code, detail, and where in the body', () => {
  expect(
    formatProblem(
      {
        type: 'https://tidegate.dev/problems#invalid-request',
        title: 'The request does not have the documented shape',
        status: 400,
        code: 'invalid-request',
        detail: 'The body has 2 flaws.',
        instance: 'req-1',
        errors: [
          { pointer: '/stages/0', detail: 'expected a number' },
          { pointer: '', detail: 'unknown member' },
        ],
      },
      PLAIN,
    ),
  ).toEqual([
    'error: The request does not have the documented shape (invalid-request)',
    '  The body has 2 flaws.',
    '  at /stages/0: expected a number',
    '  at /: unknown member',
    '  request req-1',
  ]);
});
