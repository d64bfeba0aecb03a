import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

const VALUE = `whsec_${Buffer.from('twenty-four bytes or more').toString('base64')}`;
const read = (secrets: unknown) => {
  const text = typeof secrets === 'string' ? secrets : JSON.stringify(secrets);
  return readConfig({ TIDEGATE_SIGNAL_SECRETS: text }).signalSecrets;
};

test('each secret signs for one environment, and there are none by themselves', () => {
  expect(readConfig({}).signalSecrets).toEqual(new Map());
  const pager = { value: VALUE, environment: 'shop/production' };
  expect(read({ pager })).toEqual(new Map([['pager', pager]]));
});

test.each([
  ['no JSON', `{"pager": ${VALUE}}`],
  ['no environment', { pager: { value: VALUE } }],
  ['an environment without its project', { pager: { value: VALUE, environment: 'production' } }],
  ['a secret in the place of its name', { [VALUE]: 'shop/production' }],
  ['a secret in the place of its name that could be one', { [VALUE.replaceAll('=', '')]: 'shop/production' }],
  ['a secret in the place of its name that has no prefix', { [VALUE.slice(6).replaceAll('=', '')]: 'shop/production' }],
  ['a key that is too short to sign with', { pager: { value: 'whsec_c2hvcnQ=', environment: 'shop/production' } }],
  ['a member that there is not', { pager: { value: VALUE, environment: 'shop/production', host: 'x' } }],
])('%s is refused, without a word of the secret', (_, secrets) => {
  expect(() => read(secrets)).toThrow(/TIDEGATE_SIGNAL_SECRETS: expected/);
  expect(() => read(secrets)).not.toThrow(VALUE.slice(6, 30));
});

test('an environment has ten secrets at most: each signature is compared with all of them', () => {
  const of = (count: number, environment: string) =>
    Array.from({ length: count }, (_, index) => [
      `${environment.replace('/', '-')}-${index}`,
      { value: VALUE, environment },
    ]);
  expect(read(Object.fromEntries([...of(10, 'shop/a'), ...of(10, 'shop/b')])).size).toBe(20);
  expect(() => read(Object.fromEntries(of(11, 'shop/a')))).toThrow(/shop\/a has more than 10/);
});
