import { expect, test } from 'vitest';
import { capturedIo } from '../captured-io.ts';
import { type QueryOptions, readMetricQuery } from './metric-query.ts';

const read = (options: QueryOptions, text = '') => readMetricQuery(options, capturedIo({ files: { 'q.yaml': text } }));

test('options are a query of one number or of a count among others', async () => {
  expect(await read({ value: 'up' })).toMatchObject({ kind: 'scalar', value: 'up' });
  expect(await read({ events: 'a', units: 'b', window: 60_000 })).toMatchObject({
    ...{ kind: 'counts', events: 'a', units: 'b', windowMs: 60_000 },
  });
});

test('a file says a query as a guard does, and the option says another window', async () => {
  const text = 'kind: counts\nevents: a\nunits: b\nabsentEvents: zero\nargs: { shop: eu }\nwindow: 2m';
  const query = { absentEvents: 'zero', args: { shop: 'eu' } };
  expect(await read({ file: 'q.yaml' }, text)).toMatchObject({ ...query, windowMs: 120_000 });
  expect(await read({ file: 'q.yaml', window: 30_000 }, text)).toMatchObject({ ...query, windowMs: 30_000 });
});

test.each<[QueryOptions, string]>([
  [{}, 'Say what to ask, in one way'],
  [{ value: 'up', units: 'b' }, 'Say what to ask, in one way'],
  [{ events: 'a' }, 'What is asked is no query: units: '],
])('%j is no query', async (options, message) => {
  await expect(read(options)).rejects.toThrow(message);
});

test.each([
  ['kind: scalar\nvalue: up\nwindow: soon', 'expected a duration'],
  ['kind: scalar\nvalue: up\nwindow: 1m\nwindowMs: 60000', 'no windowMs beside it'],
  ['kind: scalar\nvalue: up\nwindows: 1m', 'windows: there is no such member'],
  ['up', 'is no query: expected its kind'],
])('a file that says %j is no query', async (text, message) => {
  await expect(read({ file: 'q.yaml' }, text)).rejects.toThrow(message);
});
