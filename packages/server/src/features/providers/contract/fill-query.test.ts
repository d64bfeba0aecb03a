import { expect, test } from 'vitest';
import { datadogLanguage } from '../datadog/datadog-language.ts';
import { elasticsearchLanguage } from '../elasticsearch/elasticsearch-language.ts';
import { newRelicLanguage } from '../new-relic/new-relic-language.ts';
import { prometheusLanguage } from '../prometheus/prometheus-language.ts';
import { webLanguage } from '../web/web-language.ts';
import { fillQuery } from './fill-query.ts';

const window = { startAtMs: 1_000, endAtMs: 301_000 };
const fill = (text: string, args: Readonly<Record<string, string>> = {}) =>
  fillQuery(text, { args, window, escapeArgument: (argument) => argument });

test('holes are filled with arguments and the window, however they are spaced', () => {
  const text = 'x{v="{{args.variant}}"}[{{  window.seconds }}s] {{ window.startAtMs }}-{{ window.endAtMs }}';
  expect(fill(text, { variant: 'new' })).toEqual({ kind: 'filled', query: 'x{v="new"}[300s] 1000-301000' });
});

test('a hole that never ends keeps nobody waiting, however many spaces it has', () => {
  const text = `{{${' '.repeat(10_000)}`;
  expect(fill(text)).toEqual({ kind: 'filled', query: text });
});

test('an argument that looks like a hole is not filled again', () => {
  expect(fill('{{ args.a }}', { a: '{{ args.b }}', b: 'secret' })).toEqual({ kind: 'filled', query: '{{ args.b }}' });
});

test.each([
  '{{ args.nobody }}',
  '{{ variant }}',
  '{{ }}',
  '{{ args. }}',
  '{{ args.toString }}',
  '{{ window.toString }}',
])('nothing fills %s, and it is not left empty', (text) => {
  expect(fill(text, { variant: 'new' })).toMatchObject({ kind: 'flawed' });
});

test('each language says an argument so that it stays inside its quotes, or not at all', () => {
  const evil = `a"b'c\`d\\e\n{}/é`;
  expect(prometheusLanguage.escapeArgument(evil)).toBe('a\\x22b\\x27c\\x60d\\x5ce\\x0a\\x7b\\x7d/\\xc3\\xa9');
  expect(webLanguage.escapeArgument('a/b?c=d#e&f')).toBe('a%2Fb%3Fc%3Dd%23e%26f');
  expect(webLanguage.escapeArgument('..')).toBeUndefined();
  const json = `{"term": "${elasticsearchLanguage.escapeArgument(evil)}"}`;
  expect(JSON.parse(json)).toEqual({ term: evil });
  expect(newRelicLanguage.escapeArgument("it's \\")).toBe("it\\'s \\\\");
  expect(newRelicLanguage.escapeArgument(evil)).toBeUndefined();
  expect(datadogLanguage.escapeArgument('a,b')).toBeUndefined();
  expect(datadogLanguage.escapeArgument('v1.2-rc_3')).toBe('v1.2-rc_3');
});
