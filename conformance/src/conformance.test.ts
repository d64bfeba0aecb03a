import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ratiosOf, SAMPLE_RATIO_ODDS } from '@tidegate/analysis/formulas';
import { expect, test } from 'vitest';
import { SUITES } from './suites.ts';

const files = Object.keys(SUITES).flatMap((name) => {
  const folder = join(import.meta.dirname, '..', name);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({ name, file, path: join(folder, file) }));
});

/** A file may hold thousands of looks at rollouts: a second, and many when the machine has much else to do. */
const FILE_TIMEOUT_MS = 60_000;

test.each(files)(
  'our own packages pass $name/$file',
  ({ name, path }) => {
    const outcomes = SUITES[name]?.(JSON.parse(readFileSync(path, 'utf8'))) ?? [];
    expect(outcomes.filter(({ flaw }) => flaw !== undefined)).toEqual([]);
    expect(outcomes.length).toBeGreaterThan(1);
  },
  FILE_TIMEOUT_MS,
);

test('the product bets on what the files bet on', () => {
  const casesOf = (file: string) =>
    JSON.parse(readFileSync(join(import.meta.dirname, '../statistics', file), 'utf8')).cases as Record<
      string,
      unknown
    >[];
  for (const { ratios } of casesOf('harm.json')) expect(ratios).toEqual(ratiosOf('up'));
  for (const { odds } of casesOf('sample-ratio.json')) expect(odds).toEqual(SAMPLE_RATIO_ODDS);
});

test('a case that fails is told with what was expected', () => {
  const [outcome] = SUITES['evaluation']?.({ texts: [{ text: '', seed: 0, hash: 7 }] }) ?? [];
  expect(outcome).toEqual({ name: 'xxh32 of ""', flaw: 'expected 7, got 46947589' });
});

test('a file of statistics that is of no known form fails, and says which there are', () => {
  const outcomes = SUITES['statistics']?.({ name: 'astrology', tolerance: { relative: 1, absolute: 1 }, vectors: [] });
  expect(outcomes).toEqual([{ name: 'astrology', flaw: expect.stringContaining('expected one of asymptotic-cs, ') }]);
});

test('a number beyond the tolerance fails, and so does one that nobody computes', () => {
  const tolerance = { relative: 1e-9, absolute: 1e-12 };
  const vector = (id: string, expected: object) => ({ id, observed: [495, 505], weights: [1, 1], expected });
  const vectors = [
    vector('right', { chi2: 0.1, note: 'for the reader' }),
    vector('wrong', { chi2: 0.1001 }),
    vector('unknown', { chi3: 0.1 }),
  ];
  expect(SUITES['statistics']?.({ name: 'chi-square', tolerance, vectors })).toEqual([
    { name: 'right', flaw: undefined },
    { name: 'wrong', flaw: 'value.chi2: expected 0.1001, got 0.1' },
    { name: 'unknown', flaw: 'value.chi3: expected 0.1, got nothing that this suite knows' },
  ]);
});

test('a file of another shape fails, whatever it is', () => {
  const tolerance = { relative: 1e-9, absolute: 1e-12 };
  for (const file of [
    null,
    [],
    'text',
    { name: 'msprt' },
    { name: 'msprt', vectors: [], tolerance },
    { name: 'msprt', vectors: [{}], tolerance: null },
    { cases: [], tolerance },
  ]) {
    expect(SUITES['statistics']?.(file)).toEqual([{ name: expect.any(String), flaw: expect.any(String) }]);
  }
});

test('a vector that lacks what its form needs fails alone', () => {
  const tolerance = { relative: 1e-9, absolute: 1e-12 };
  const vectors = [
    { id: 'empty' },
    { id: 'no ticks', grid: [2], expected: { log_e: 0 } },
    { id: 'no tmax', alpha: 0.05, two_sided: false, expected: { c: 3 } },
    { id: 'right', null_ratio: 2, alt_ratio: 1, pi: 0.5, xC: 0, xT: 0, expected: { log_e: 0 } },
  ];
  const flaws = SUITES['statistics']?.({ name: 'label-betting', tolerance, vectors }).map(({ flaw }) => flaw);
  expect(flaws).toEqual([
    'expected says nothing',
    expect.stringContaining('not a vector of this form'),
    expect.any(String),
    undefined,
  ]);
});

test('what was published with five decimals is compared as that, and no boundary is written as null', () => {
  const tolerance = { relative: 1e-9, absolute: 1e-12 };
  const published = { successes: 50, n: 100 };
  const asymptotic = { id: 'p', control: published, treatment: published, alpha: 0.05, n_tune: 5_000 };
  const file = { name: 'asymptotic-cs', tolerance, vectors: [{ ...asymptotic, expected_5dp: { se: 0.14142, p: 1 } }] };
  expect(SUITES['statistics']?.(file)).toEqual([{ name: 'p', flaw: undefined }]);
  const looks = { id: 'b', kind: 'obf', alpha: 0.01, looks: 20 };
  const early = (z: unknown) => ({ name: 'gst-boundaries', tolerance, vectors: [{ ...looks, expected: { z } }] });
  expect(SUITES['statistics']?.(early([Number.POSITIVE_INFINITY]))[0]?.flaw).toContain(
    'expected [null], got [null,7.94',
  );
});

test('a case of other controllers that has nothing to run is skipped by name, and a group that nobody knows fails', () => {
  const handOver = { id: 'fl-5', expected: {}, ours: { verdict: 'not applicable', why: 'there is no second copy' } };
  expect(SUITES['controller']?.({ flagger_progression: [handOver], horoscopes: [] })).toEqual([
    { name: 'fl-5', skipped: 'there is no second copy' },
    { name: 'horoscopes', flaw: expect.stringContaining('expected one of kayenta_classifier, ') },
  ]);
});

test('a case of other controllers passes as ours says, where ours says something else than the source', () => {
  const silent = { id: 'both', experiment: [], control: [], deviation: 'EITHER', expected: { ok: true, error: false } };
  const suite = SUITES['controller'];
  expect(suite?.({ pipecd_compare: [{ ...silent, ours: { expect: 'no_data' } }] })).toEqual([{ name: 'both' }]);
  expect(suite?.({ pipecd_compare: [silent] })).toEqual([
    { name: 'both', flaw: 'expected {"ok":true,"error":false}, got {"ok":false,"error":true}' },
  ]);
});
