import { expect, test } from 'vitest';
import { snippetOf } from './snippet.ts';

const input = {
  flagKey: 'new-checkout',
  kind: 'boolean',
  url: 'https://flags.example',
  browserKey: 'tg_web_x',
} as const;

test('a server key never stands in a snippet', () => {
  expect(snippetOf({ ...input, language: 'node' })).toContain('process.env.TIDEGATE_SERVER_KEY');
});

test('a browser asks for the flag with its default', () => {
  expect(snippetOf({ ...input, language: 'browser', kind: 'string' })).toContain(
    "variation('new-checkout', 'control')",
  );
});

test('a key with quotes in it stays one text', () => {
  const snippet = snippetOf({ ...input, language: 'browser', flagKey: `it's "so"\\` });
  expect(snippet).toContain(`variation('it\\'s "so"\\\\', false)`);
});
